package dev.lurcher.broker.http;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.dispatch.Exchange;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The side of a {@link HandlerResponder} that has to do with WebSockets: a request for one, and the session that the connection
 * becomes when a worker agrees.
 * <p>Thread: the connection's event loop.
 */
final class WebSocketSide {
    /** The method by which workers know a request for a WebSocket. */
    static final String HANDSHAKE = "WEBSOCKET_HANDSHAKE";

    private final HandlerResponder responder;
    private final HttpServer server;
    private SessionPolicy policy = SessionPolicy.USUAL;
    /** Until a worker has answered. */
    private @Nullable WebSocketHandshake handshake;

    private @Nullable WebSocketSession session;

    WebSocketSide(HandlerResponder responder, HttpServer server) {
        this.responder = responder;
        this.server = server;
    }

    /** Looks whether a request asks for a WebSocket; why it is refused, or null. */
    @Nullable
    Refusal start(Request head, SessionPolicy wanted) {
        if (!WebSocketHandshake.isAskedBy(head)) {
            return null;
        }
        Refusal why = WebSocketHandshake.refuse(head, wanted);
        if (why == null) {
            policy = wanted;
            handshake = WebSocketHandshake.of(head, wanted);
        }
        return why;
    }

    /** Whether the request in hand asks for a WebSocket, and is not answered. */
    boolean isAsked() {
        return handshake != null;
    }

    /** The content of the handshake's message. */
    byte[] token() {
        return handshake == null ? Exchange.NO_CONTENT : handshake.token();
    }

    /** Whether the connection has become a WebSocket. */
    boolean isOpen() {
        return session != null;
    }

    /** The WebSocket that the connection has become, or null. */
    @Nullable
    WebSocketSession session() {
        return session;
    }

    /**
     * Bytes of the answer have come. The head is kept until it is whole: a 101 may be added to, and what follows it are frames.
     *
     * @param bytes what belongs to the answer; the caller's
     * @param surplus whether there was more
     */
    void onAnswer(Exchange open, AnswerRecogniser recogniser, ByteBuf bytes, boolean surplus) {
        WebSocketHandshake asked = handshake;
        if (asked == null) {
            return;
        }
        boolean switches = recogniser.state() == AnswerRecogniser.State.TUNNEL;
        int headBytes = switches ? recogniser.headBytes() : bytes.readableBytes();
        if (!asked.collect(bytes, 0, headBytes)) {
            responder.answer().refuse(Refusal.BAD_ANSWER);
        } else if (switches) {
            open(open, asked, bytes.slice(headBytes, bytes.readableBytes() - headBytes));
        } else if (recogniser.state() != AnswerRecogniser.State.HEAD) {
            handshake = null;
            responder.pass(open, asked.answer(responder.answer().channel().alloc()), surplus);
        }
    }

    private void open(Exchange open, WebSocketHandshake asked, ByteBuf frames) {
        handshake = null;
        Answering answer = responder.answer();
        if (!answer.send(asked.switchingProtocols(answer.channel().alloc()))) {
            return;
        }
        WebSocketSession begun = new WebSocketSession(server, responder, open, asked, policy);
        session = begun;
        if (frames.isReadable()) {
            begun.onReply(frames, 0, frames.readableBytes());
        }
        if (session == begun) {
            begun.open();
        }
    }

    /** A worker has a message that had to wait. */
    void onTaken(Exchange message) {
        if (session != null) {
            session.onTaken(message);
        }
    }

    /** The broker stops. */
    void onDrain() {
        if (session != null) {
            session.onDrain();
        }
    }

    /** The request in hand is over. */
    void forget() {
        WebSocketSession over = session;
        session = null;
        handshake = null;
        if (over != null) {
            over.release();
        }
    }
}
