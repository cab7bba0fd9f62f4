package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.dispatch.PoolScript.Caller;
import dev.lurcher.broker.dispatch.PoolScript.Hand;
import dev.lurcher.broker.dispatch.PoolScript.Talker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Two loops of clients and two of workers meet in a pool, perhaps with an operator, and each does some of the things that it can do. Afterwards no
 * request may be lost, none may have been with two workers under one id, and nothing may be counted that is not there.
 */
class HandlerPoolRacesTest {
    private static final int LOOPS = 4;

    @Test
    void losesNothingInWhateverOrder() {
        int scenarios = 40;
        int orders = 0;
        for (int i = 0; i < scenarios; i++) {
            long seed = i;
            orders += Turns.inEveryOrder("scenario " + seed, 2, turns -> {
                Meeting meeting = new Meeting(turns, new Random(seed));
                turns.meet(meeting.doings.toArray(Runnable[]::new));
                meeting.script.finish();
            });
        }
        int all = orders;
        assertTrue(all > 100 * scenarios, () -> all + " orders are few");
    }

    /** What the turns do not show: whether one thread sees what another one has done without the lock. */
    @Test
    void losesNothingAsItComes() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(LOOPS)) {
            for (int i = 0; i < 30_000; i++) {
                Meeting meeting = new Meeting(null, new Random(i));
                List<Callable<Object>> all =
                        meeting.doings.stream().map(Executors::callable).toList();
                for (Future<Object> each : threads.invokeAll(all)) {
                    each.get();
                }
                meeting.script.finish();
            }
        }
    }

    /** One scenario; everything in it follows from chance. */
    private static final class Meeting {
        private final PoolScript script;
        private final List<Runnable> doings = new ArrayList<>();

        Meeting(@Nullable Turns turns, Random random) {
            script = new PoolScript(turns, LOOPS, 1 + random.nextInt(2), 2);
            Caller a = script.caller(0);
            Caller b = script.caller(0);
            Caller c = script.caller(1);
            Talker d = script.talker(1);
            Hand first = script.hand(2);
            Hand second = script.hand(3);
            add(0, random, a::offer, b::offer, a::leave, b::timeOut);
            add(1, random, c::offer, d::talk, c::leave, d::leave);
            add(
                    2,
                    random,
                    first::join,
                    first::beginAll,
                    first::answerAll,
                    first::drain,
                    first::answerAll,
                    first::leave);
            if (random.nextInt(3) > 0) {
                add(3, random, second::join, second::beginAll, second::answerAll, second::leave);
            } else {
                operate(random, script::pause, script::drop, script::resume, script::drop);
            }
        }

        /** As {@link #add}, by somebody who is no loop. */
        private void operate(Random random, Runnable... steps) {
            int from = random.nextInt(steps.length);
            if (from > 0) {
                script.pause();
            }
            doings.add(() -> {
                for (int i = from; i < steps.length; i++) {
                    steps[i].run();
                }
            });
        }

        /** One to three of the steps when the loops meet; half of the time those that come earlier are done before. */
        private void add(int loop, Random random, Runnable... steps) {
            int from = random.nextInt(steps.length);
            int to = Math.min(steps.length, from + 1 + random.nextInt(3));
            if (random.nextBoolean()) {
                for (int i = 0; i < from; i++) {
                    script.on(loop, steps[i]);
                }
            }
            doings.add(() -> {
                for (int i = from; i < to; i++) {
                    script.on(loop, steps[i]);
                }
            });
        }
    }
}
