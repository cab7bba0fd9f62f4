package dev.lurcher.broker.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.zmtp.DetachedPeer;
import dev.lurcher.broker.zmtp.SocketType;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.WorkerControl.Hello;
import dev.lurcher.protocol.testing.Head;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool with callers and workers that do what a test says, each on its loop. In the end everything that was not lost on the
 * way must have come to its end, once.
 */
final class PoolScript {
    private static final Head HEAD = new Head(Map.of(), List.of(), null);
    private static final Head MESSAGE = new Head(Map.of("PATH", "@m", "METHOD", "JSON"), List.of(), null);

    final HandlerPool pool;
    private final ScriptedLoop[] loops;
    private final LoopContext[] contexts;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Hand> hands = new ArrayList<>();
    private final List<Talker> talkers = new ArrayList<>();
    private final Set<Integer> sent = ConcurrentHashMap.newKeySet();

    /** @param turns null where the test does not take them */
    PoolScript(@Nullable Turns turns, int loops, int prefetch, int queueLimit) {
        HandlerLimits limits =
                new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), queueLimit, 1 << 20, prefetch);
        Target.Handler handler =
                new Target.Handler(1, "", "S", "", "", false, HeaderFormat.TNETSTRING, limits, HandlerPolicy.USUAL);
        Runnable pass = turns == null ? () -> {} : turns::pass;
        this.pool = new HandlerPool(handler, new Counters(), turns == null ? new ReentrantLock() : turns.lock());
        this.loops = new ScriptedLoop[loops];
        this.contexts = new LoopContext[loops];
        for (int i = 0; i < loops; i++) {
            this.loops[i] = new ScriptedLoop(pass);
            this.contexts[i] = new LoopContext(this.loops[i], i, loops, 1, 7);
        }
    }

    /** One that has a request, and lives on a loop. */
    Caller caller(int loop) {
        Caller caller = new Caller(contexts[loop]);
        callers.add(caller);
        return caller;
    }

    /** One that has three messages, and lives on a loop. */
    Talker talker(int loop) {
        Talker talker = new Talker(contexts[loop]);
        talkers.add(talker);
        return talker;
    }

    /** A worker that has not joined yet, and lives on a loop. */
    Hand hand(int loop) {
        Hand hand = new Hand(contexts[loop]);
        hands.add(hand);
        return hand;
    }

    /** Holds requests back. */
    void pause() {
        pool.overseer().pause(Duration.ofMinutes(1));
    }

    /** Gives them to workers. */
    void resume() {
        pool.overseer().resume();
    }

    /** Takes what waits out of the queue. */
    void drop() {
        pool.overseer().drop(Duration.ZERO);
    }

    /** Does something as one of the loops, which does what it was handed before and afterwards. */
    void on(int loop, Runnable step) {
        loops[loop].run(step);
    }

    /** Lets everything that is open come to its end, and counts. */
    void finish() {
        pool.overseer().resume();
        settle();
        if (hands.stream().anyMatch(hand -> hand.serves && !hand.drains)) {
            assertEquals(0, pool.queued(), "requests wait though a worker is there");
        }
        Hand last = hand(0);
        on(0, last::join);
        settle();
        callers.forEach(Caller::assertEndedOnce);
        talkers.forEach(Talker::assertHeardOnce);
        assertEquals(0, pool.queued());
        hands.forEach(Hand::assertHoldsNothing);
    }

    private void settle() {
        do {
            for (ScriptedLoop loop : loops) {
                loop.run(() -> {});
            }
            for (Hand hand : hands) {
                on(hand.context.index(), hand::answerAll);
            }
        } while (Arrays.stream(loops).anyMatch(loop -> !loop.isIdle())
                || hands.stream().anyMatch(hand -> !hand.held.isEmpty()));
    }

    /** A client connection with one request, which it repeats when its worker is lost. */
    final class Caller implements UnansweredClient {
        private final LoopContext context;
        private @Nullable Exchange exchange;
        private boolean offered;
        private boolean begun;
        private int ends;

        Caller(LoopContext context) {
            this.context = context;
        }

        void offer() {
            offered = true;
            offer(new Exchange(pool, this, context.register(this), HEAD, new byte[] {1}));
        }

        private void offer(Exchange next) {
            exchange = next;
            if (pool.offer(next, 1) != HandlerPool.Offer.TAKEN) {
                context.unregister(next.connectionId());
                end();
            }
        }

        /** The client has gone. */
        void leave() {
            giveUp(false);
        }

        /** The worker has let it time out. */
        void timeOut() {
            giveUp(true);
        }

        private void giveUp(boolean late) {
            Exchange open = exchange;
            if (open != null) {
                if (pool.giveUp(open, late)) {
                    context.retire(open);
                    pool.disconnected(open.connectionId(), open);
                }
                end();
            }
        }

        private void end() {
            exchange = null;
            ends++;
        }

        /** Bytes of an answer have come under an id that is the connection's; they were the last or not. */
        void onAnswer(int id, boolean ended) {
            Exchange open = exchange;
            if (open != null) {
                assertEquals(open.connectionId(), id, "the answer to another request");
                begun = true;
                pool.answered(open, ended);
                if (ended) {
                    context.unregister(id);
                    end();
                }
            }
        }

        @Override
        public void onDropped(Exchange dropped) {
            assertFalse(sent.contains(dropped.connectionId()), "what is dropped was sent");
            if (dropped == exchange) {
                assertFalse(pool.giveUp(dropped, false), "a worker is to be told of what it never had");
                context.unregister(dropped.connectionId());
                end();
            }
        }

        @Override
        public void onWorkerLost(Exchange lost) {
            assertTrue(sent.contains(lost.connectionId()), "what was never sent is taken for lost");
            if (lost == exchange) {
                pool.giveUp(lost, false);
                context.retire(lost);
                if (begun) {
                    end();
                } else {
                    offer(lost.again(context.register(this)));
                }
            }
        }

        void assertEndedOnce() {
            assertEquals(offered ? 1 : 0, ends, "ends of a request");
        }

        @Override
        public LoopContext context() {
            return context;
        }
    }

    /** A client connection with three messages, each of which it posts when the one before has got to a worker. */
    final class Talker implements UnansweredClient {
        private static final int MESSAGES = 3;

        private final LoopContext context;
        private final int id;
        private final List<Character> heard = new CopyOnWriteArrayList<>();
        private @Nullable Exchange waiting;
        /** How many it has posted. */
        private int begun;

        private boolean silent;
        private int refused;
        private int lost;

        Talker(LoopContext context) {
            this.context = context;
            this.id = context.register(this);
        }

        void talk() {
            while (!silent && begun < MESSAGES && waiting == null) {
                Exchange message = Exchange.message(
                        new Exchange.Sender(pool, this, id, null), MESSAGE, new byte[] {(byte) ('0' + begun++)});
                switch (pool.post(message, 1)) {
                    case SENT -> {}
                    case WAITS -> waiting = message;
                    case FULL -> refused++;
                    case EMPTY, GONE -> throw new AssertionError("refused for no reason");
                }
            }
        }

        /** The client has gone. */
        void leave() {
            Exchange late = waiting;
            silent = true;
            waiting = null;
            if (late != null) {
                assertFalse(pool.giveUp(late, false), "a worker is to be told of a message");
                refused += late.worker() == null ? 1 : 0;
            }
        }

        void assertHeardOnce() {
            assertEquals(null, waiting, "a message waits though a worker is there");
            assertEquals(Set.copyOf(heard).size(), heard.size(), () -> "a message comes twice: " + heard);
            assertEquals(begun, heard.size() + refused + lost, "messages heard, refused or lost");
        }

        @Override
        public void onTaken(Exchange message) {
            if (message == waiting) {
                waiting = null;
                talk();
            }
        }

        @Override
        public void onWorkerLost(Exchange message) {
            lost++;
        }

        @Override
        public LoopContext context() {
            return context;
        }
    }

    /** A worker that begins and ends its answers when it is told to. */
    final class Hand {
        private final LoopContext context;
        private final List<Integer> held = new ArrayList<>();
        private final Worker worker;
        private boolean serves;
        private boolean drains;
        private boolean left;

        Hand(LoopContext context) {
            this.context = context;
            this.worker = new Worker(pool, new Receiving(this), context, new Hello("", 0, "", "", "", "", 0));
        }

        void join() {
            serves = true;
            pool.workforce().join(worker);
        }

        /** What it held is lost. */
        void leave() {
            if (serves) {
                serves = false;
                left = true;
                held.clear();
                pool.workforce().leave(worker);
            }
        }

        void drain() {
            if (serves) {
                drains = true;
                pool.workforce().drain(worker);
            }
        }

        private void take(String[] words) {
            boolean isNotice = words[2].equals("@*");
            int id = Integer.parseInt(words[1]);
            if (words[2].equals(MESSAGE.path())) {
                assertFalse(left, "a worker that has left is sent a message");
                talkers.stream()
                        .filter(talker -> talker.id == id)
                        .forEach(talker -> talker.heard.add(words[3].charAt(words[3].length() - 2)));
            } else if (!isNotice) {
                assertFalse(left, "a worker that has left is sent a request");
                assertTrue(sent.add(id), "a request is sent twice under one id");
                held.add(id);
            }
        }

        /** Each answer goes to the loop of the client, as replies do. */
        void beginAll() {
            held.forEach(id -> reply(id, false));
        }

        void answerAll() {
            held.forEach(id -> reply(id, true));
            held.clear();
        }

        private void reply(int id, boolean ended) {
            LoopContext there = contexts[id % contexts.length];
            there.loop().execute(() -> {
                if (there.client(id) instanceof Caller caller) {
                    caller.onAnswer(id, ended);
                } else if (there.retired(id) != null) {
                    pool.workforce().heardFrom(worker);
                }
            });
        }

        void assertHoldsNothing() {
            assertEquals(0, worker.held.size(), "what a worker holds");
            // One that drains is asked nothing any more, and never sees what timed out on its way to it.
            int load = left ? 0 : drains ? worker.unanswered : worker.load();
            assertEquals(0, load, "what a worker is thought to hold");
        }
    }

    private static final class Receiving extends DetachedPeer {
        private final Hand hand;

        Receiving(Hand hand) {
            super(SocketType.PULL, hand.context.loop());
            this.hand = hand;
        }

        @Override
        protected void onSent(byte[] frame, int from, int to) {
            hand.take(new String(frame, from, to - from, ISO_8859_1).split(" ", 4));
        }
    }
}
