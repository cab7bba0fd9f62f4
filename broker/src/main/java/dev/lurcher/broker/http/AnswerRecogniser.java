package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;

/**
 * Follows the bytes with which a worker answers one request, so that the end of the answer is known. Changes no byte and
 * keeps none; reused for every exchange of a connection.
 * <p>Thread: the connection's event loop.
 */
final class AnswerRecogniser {
    /** How far the answer has come. */
    enum State {
        /** Inside the head, or before it, or inside an interim (1xx) head. */
        HEAD,
        /** Inside the content. */
        CONTENT,
        /** The answer is complete; what comes after it does not belong to it. */
        END,
        /** After a 101 head: every byte passes until the connection ends. */
        TUNNEL,
        /** The bytes are no HTTP answer: they pass unchanged and end with the connection. */
        UNKNOWN,
        /** It begins as an HTTP answer but has no sound framing: refuse it, or pass it and end the connection with it. */
        BAD
    }

    /**
     * Makes ready for the next answer.
     *
     * @param head whether the request's method was HEAD
     */
    void reset(boolean head) {}

    /**
     * Looks at the next bytes of the answer; does not move the buffer's indices.
     *
     * @return how many of them belong to the answer, 0..length; less than {@code length} only in state {@link State#END}:
     *     the rest must not reach the client
     */
    int feed(ByteBuf buffer, int index, int length) {
        return length;
    }

    State state() {
        return State.HEAD;
    }

    /** The status code, 100..999; 0 as long as no final status line was seen. */
    int status() {
        return 0;
    }

    /** Bytes of content so far, chunk framing included. */
    long contentBytes() {
        return 0;
    }

    /** Whether the connection may stay open after this answer. Final in state {@link State#END}. */
    boolean keepsConnection() {
        return false;
    }

    /** Whether the answer ends only where the connection ends. Final once the state is no longer {@link State#HEAD}. */
    boolean untilClose() {
        return false;
    }
}
