package dev.lurcher.broker.http;

import java.util.concurrent.atomic.LongAdder;

/** What happened to HTTP since the start. Any thread. */
public final class HttpCounters {
    /** Connections accepted. */
    public final LongAdder connections = new LongAdder();

    /** Requests begun. */
    public final LongAdder requests = new LongAdder();

    /** Exchanges that ended with a worker's answer. */
    public final LongAdder answered = new LongAdder();

    /** Exchanges that the broker answered itself. */
    public final LongAdder refused = new LongAdder();

    /** Exchanges whose client left before the end. */
    public final LongAdder clientGone = new LongAdder();

    /** Clients that were cut because they did not take their answer. */
    public final LongAdder slowClients = new LongAdder();

    /** Replies that went on past the end of their answer. */
    public final LongAdder surplusReplies = new LongAdder();

    void count(ExchangeRecord record) {
        switch (record.outcome()) {
            case ANSWERED -> answered.increment();
            case REFUSED -> refused.increment();
            case CLIENT_GONE -> clientGone.increment();
        }
    }
}
