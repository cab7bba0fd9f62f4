package dev.lurcher.broker.dispatch;

import java.util.concurrent.atomic.LongAdder;

/** What happened in dispatch since the start. Any thread. */
public final class DispatchCounters {
    /** Disconnect notices sent to workers. */
    public final LongAdder notices = new LongAdder();

    /** Disconnect notices given up because no worker took them. */
    public final LongAdder noticesDropped = new LongAdder();

    /** Frames from peers that only take requests. */
    public final LongAdder unexpectedFrames = new LongAdder();

    /** Replies that break the grammar. */
    public final LongAdder badReplies = new LongAdder();

    /** Replies whose first word is not the handler's sender id. */
    public final LongAdder wrongSender = new LongAdder();

    /** Replies to connections that no longer exist, or never did. */
    public final LongAdder unknownId = new LongAdder();

    /** Replies to connections that were never routed to the worker's handler. */
    public final LongAdder foreignId = new LongAdder();

    /** Answers that came after their request had timed out. */
    public final LongAdder lateReplies = new LongAdder();

    /** Extended replies. */
    public final LongAdder extendedReplies = new LongAdder();
}
