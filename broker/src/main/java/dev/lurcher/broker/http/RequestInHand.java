package dev.lurcher.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * The request that a connection is busy with, and how far it has come. One object for all requests of a connection, one after
 * the other.
 * <pre>
 *            request head            content complete           first byte of the answer
 *   IDLE ------------------> CONTENT ----------------> WAITING ---------------------------> ANSWERING
 *    ^                        |   |                       |                                  ^  |
 *    |                    4xx |   +------------ first byte of an early answer ---------------+  |
 *    |                        |                           | 503, 504                            | end of the answer
 *    +------------------------+---------------------------+-------------------------------------+
 *                             |   the connection ends     |                                     |
 *                             +-----------------------> ENDING --> CLOSED <---------------------+
 * </pre>
 * <p>Thread: the connection's event loop.
 */
final class RequestInHand {
    enum State {
        IDLE,
        CONTENT,
        WAITING,
        ANSWERING,
        ENDING,
        CLOSED
    }

    private final HttpServer server;
    private final ExchangeRecord record;

    /** Writes ids into answers; null where they are to stay as they are. */
    private final @Nullable AnswerStamp stamp;

    private State state = State.IDLE;
    private boolean open;
    private boolean whole;
    private int count;
    private @Nullable Request head;
    private @Nullable Responder responder;

    RequestInHand(HttpServer server, ExchangeRecord record) {
        this.server = server;
        this.record = record;
        this.stamp = server.settings().marks().areInAnswers() ? new AnswerStamp() : null;
    }

    State state() {
        return state;
    }

    void enter(State next) {
        state = next;
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Whether the connection has ended, but for what has been written. */
    boolean isOver() {
        return state == State.ENDING || state == State.CLOSED;
    }

    /** A request's head has come: from here on there is an exchange, which must {@link #end}. */
    void begin(Request request) {
        count++;
        start(request);
        state = State.CONTENT;
        head = request;
        whole = false;
    }

    /** Likewise of one that cannot be read, or is none. */
    void beginUnread() {
        start(null);
        head = null;
    }

    private void start(@Nullable Request request) {
        open = true;
        if (stamp != null) {
            stamp.start();
        }
        record.start(System.nanoTime(), request, server.revision());
    }

    /** The exchange has its outcome; who was to answer is not asked any more. */
    void end() {
        open = false;
        responder = null;
        server.onExchangeEnd(record);
        record.forget();
    }

    /** The next request may come. */
    void becomeIdle() {
        state = State.IDLE;
        head = null;
    }

    /** Whether an exchange has begun and not ended. */
    boolean isOpen() {
        return open;
    }

    /** How many requests there have been on this connection. */
    int count() {
        return count;
    }

    @Nullable
    Request head() {
        return head;
    }

    /** It has been read to its end. */
    void becomeWhole() {
        whole = true;
    }

    boolean isWhole() {
        return whole;
    }

    /** What answers it; null where it is refused. */
    @Nullable
    Responder responder() {
        return responder;
    }

    void answeredBy(Responder found) {
        responder = found;
    }

    /** What will be logged and counted of it. */
    ExchangeRecord record() {
        return record;
    }

    @Nullable
    AnswerStamp stamp() {
        return stamp;
    }
}
