package dev.lurcher.broker.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads meet of which one runs at a time. Where they can get in each other's way, at a lock or a hand-over, the turn may
 * go to another one; a meeting is repeated until it has been seen in every order in which at most so many turns are taken away
 * from a thread that could go on. Nothing is left to chance, so what was found is found again.
 */
final class Turns {
    /** One place where there was a choice. */
    private record Choice(int options, int taken, boolean takesAway) {}

    private final List<Integer> plan;
    private final List<Choice> choices = new ArrayList<>();
    private final Semaphore over = new Semaphore(0);
    private final List<Party> waiting = new ArrayList<>();
    private @Nullable Party running;
    private @Nullable Throwable fault;

    private Turns(List<Integer> plan) {
        this.plan = plan;
    }

    /**
     * Repeats a meeting in every order.
     *
     * @param name for the message of a failure
     * @param mostTakenAway how many turns are taken away in one order
     * @param meeting sets up what is needed, calls {@link #meet} once, and looks at what came of it
     * @return how many orders there were
     */
    static int inEveryOrder(String name, int mostTakenAway, Consumer<Turns> meeting) {
        List<Integer> plan = List.of();
        int orders = 0;
        while (plan != null) {
            Turns turns = new Turns(plan);
            try {
                meeting.accept(turns);
            } catch (Throwable thrown) {
                List<Integer> order = turns.choices.stream().map(Choice::taken).toList();
                throw new AssertionError(name + " in the order " + order, thrown);
            }
            orders++;
            plan = turns.next(mostTakenAway);
        }
        return orders;
    }

    /** Runs all of them, in the order that it is the turn of; returns when all have ended. */
    void meet(Runnable... bodies) {
        for (Runnable body : bodies) {
            waiting.add(new Party(body));
        }
        handOn();
        over.acquireUninterruptibly();
        if (fault != null) {
            throw new AssertionError(fault);
        }
    }

    /** A lock at which the turn may go to another thread. */
    ReentrantLock lock() {
        return new ReentrantLock() {
            private static final long serialVersionUID = 1L;

            @Override
            public void lock() {
                pass();
                super.lock();
            }
        };
    }

    /** The turn may go to another thread, if a meeting is on. Not to be called by who holds a lock. */
    void pass() {
        Party me = running;
        if (me != null && !waiting.isEmpty() && choose(waiting.size() + 1, true) > 0) {
            waiting.add(me);
            give(waiting.remove(choices.getLast().taken() - 1));
            me.turn.acquireUninterruptibly();
        }
    }

    private void handOn() {
        if (waiting.isEmpty()) {
            running = null;
            over.release();
        } else {
            give(waiting.remove(choose(waiting.size(), false)));
        }
    }

    private void give(Party next) {
        running = next;
        next.turn.release();
    }

    private int choose(int options, boolean takesAway) {
        int taken = choices.size() < plan.size() ? plan.get(choices.size()) : 0;
        choices.add(new Choice(options, taken, takesAway));
        return taken;
    }

    /** The choices up to the last one that can be taken otherwise, and that one otherwise; null when there is none left. */
    private @Nullable List<Integer> next(int mostTakenAway) {
        for (int last = choices.size() - 1; last >= 0; last--) {
            Choice choice = choices.get(last);
            List<Choice> before = choices.subList(0, last);
            long takenAway = before.stream()
                    .filter(each -> each.takesAway() && each.taken() > 0)
                    .count();
            if (choice.taken() + 1 < choice.options() && (!choice.takesAway() || takenAway < mostTakenAway)) {
                List<Integer> next =
                        new ArrayList<>(before.stream().map(Choice::taken).toList());
                next.add(choice.taken() + 1);
                return next;
            }
        }
        return null;
    }

    private final class Party {
        private final Semaphore turn = new Semaphore(0);

        Party(Runnable body) {
            Thread.ofVirtual().start(() -> {
                turn.acquireUninterruptibly();
                try {
                    body.run();
                } catch (Throwable thrown) {
                    fault = thrown;
                }
                handOn();
            });
        }
    }
}
