package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerLimits;

/**
 * How many requests one worker may hold unanswered.
 * <p>With {@code auto} it is as many as keep the worker busy for {@value #BUSY_MILLIS} ms by the measured time between its
 * answers, so that the queue stays with the broker, where a request can still go to another worker. That alone would hold a
 * worker with several threads down to the speed of one: so while requests wait, twice the limit is tried now and then, and
 * kept where answers come at least a fifth faster for it; likewise half of it, which is kept where they come no slower. Trials
 * that lead to nothing become rare, until answers take twice as long as they did then: perhaps it is not the worker that is
 * slow now, but the way to it, as on a busy machine, and then few requests on their way at once are few answers. Where nothing
 * at all is answered, as with long polls, the limit is doubled once a second.
 * <p>Thread: guarded by the pool's lock.
 */
final class Prefetch {
    private static final int BUSY_MILLIS = 10;
    private static final long BUSY_NANOS = BUSY_MILLIS * 1_000_000L;
    private static final int LEAST = 2;
    private static final int MOST = 4096;

    /** Over how many answers the time between them is measured; of a slow worker fewer, once that has taken a while. */
    private static final int WINDOW = 32;

    private static final int LEAST_WINDOW = 4;
    private static final long LONG_WINDOW_NANOS = 500_000_000L;

    /** How many windows at least and at most pass between two trials after one that led to nothing. */
    private static final int LEAST_PATIENCE = 4;

    private static final int MOST_PATIENCE = 256;

    private enum Trial {
        NONE,
        WIDER,
        NARROWER
    }

    private final int fixed;
    private final int capacity;

    private int limit = LEAST;
    /** The limit is never less, however slow the answers: more than {@link #LEAST} where that has proved to be good. */
    private int floor = LEAST;

    private long perAnswerNanos;
    private Trial trial = Trial.NONE;
    private Trial nextTrial = Trial.WIDER;
    private int patience = LEAST_PATIENCE / 2;
    private int windowsToTrial = 1;
    /** The time between answers when a trial last led to nothing. */
    private long vainNanos = Long.MAX_VALUE / 2;

    /** Whether the floor was raised because nothing was answered, and what it was before. */
    private boolean stalled;

    private int floorBefore = LEAST;

    private int answers;
    private long busyNanos;
    private long lastAnswerNanos = Long.MIN_VALUE;
    private boolean pressed = true;
    private boolean inOrder = true;

    /**
     * Creates the limit of one worker.
     *
     * @param setting the handler's {@code prefetch}: a number, 0 for no bound, {@link HandlerLimits#AUTO}
     * @param capacity what the worker says it can hold, 0 when it says nothing
     */
    Prefetch(int setting, int capacity) {
        fixed = setting == 0 ? Integer.MAX_VALUE : setting;
        this.capacity = capacity == 0 ? Integer.MAX_VALUE : capacity;
    }

    /** Most that the worker may hold now, 1 and more. */
    int limit() {
        return Math.min(capacity, fixed == HandlerLimits.AUTO ? limit : fixed);
    }

    /**
     * The worker has begun an answer.
     *
     * @param heldNanos when it got the request
     * @param oldest whether it had no older request in hand
     * @param pressed whether requests wait for a worker
     */
    void onAnswer(long heldNanos, boolean oldest, boolean pressed, long now) {
        if (fixed != HandlerLimits.AUTO) {
            return;
        }
        // Only the time in which it had something to do.
        busyNanos += Math.max(0, now - Math.max(heldNanos, lastAnswerNanos));
        lastAnswerNanos = now;
        this.pressed &= pressed;
        inOrder &= oldest;
        answers++;
        // Answers of many threads may come in bursts as large as the limit: a window must hold some.
        if (answers >= Math.max(WINDOW, 3 * limit)
                || (busyNanos >= LONG_WINDOW_NANOS && answers >= Math.max(LEAST_WINDOW, limit))) {
            endWindow();
        }
    }

    /** Requests wait, and no worker of the pool has answered anything for a second. */
    void onStall() {
        if (limit < MOST) {
            if (!stalled) {
                stalled = true;
                floorBefore = floor;
            }
            trial = Trial.NONE;
            floor = 2 * limit;
            choose();
        }
    }

    private void endWindow() {
        long measured = Math.max(1, busyNanos / answers);
        if (trial != Trial.NONE) {
            judge(measured);
        } else if (stalled && inOrder) {
            // It works on one after the other: what was added while it was silent only waits in the wrong place.
            floor = floorBefore;
            stalled = false;
        } else if (pressed && measured / 2 >= vainNanos) {
            patience = LEAST_PATIENCE / 2;
            trial = Trial.WIDER;
        } else if (pressed && --windowsToTrial <= 0) {
            trial = floor > LEAST ? nextTrial : Trial.WIDER;
        }
        // What it would hold for longer than that belongs to another worker, if it is the worker that is slow.
        boolean shrinks = trial == Trial.NONE || limit * measured > LONG_WINDOW_NANOS;
        perAnswerNanos = measured;
        if (shrinks) {
            choose();
        }
        if (trial != Trial.NONE) {
            begin();
        }
        answers = 0;
        busyNanos = 0;
        pressed = true;
        inOrder = true;
    }

    private void begin() {
        nextTrial = trial == Trial.WIDER ? Trial.NARROWER : Trial.WIDER;
        limit = trial == Trial.WIDER ? Math.min(MOST, 2 * limit) : Math.max(LEAST, limit / 2);
    }

    private void judge(long measured) {
        boolean helped = trial == Trial.WIDER
                ? pressed && measured * 5 <= perAnswerNanos * 4
                : !pressed || measured * 4 <= perAnswerNanos * 5;
        if (helped) {
            floor = limit;
            nextTrial = trial;
            patience = LEAST_PATIENCE / 2;
            windowsToTrial = 1;
        } else {
            vainNanos = Math.max(measured, perAnswerNanos);
            patience = Math.min(MOST_PATIENCE, patience * 2);
            windowsToTrial = patience;
        }
        trial = Trial.NONE;
    }

    /** As many as are answered in {@link #BUSY_NANOS}. */
    private void choose() {
        long busy = perAnswerNanos == 0 ? LEAST : (BUSY_NANOS + perAnswerNanos - 1) / perAnswerNanos;
        limit = (int) Math.min(MOST, Math.max(floor, busy));
    }
}
