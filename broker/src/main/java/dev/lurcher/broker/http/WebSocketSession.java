package dev.lurcher.broker.http;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.Worker;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.websocket.CloseCode;
import dev.lurcher.broker.websocket.FrameFollower;
import dev.lurcher.broker.websocket.FrameLimits;
import dev.lurcher.broker.websocket.FrameReader;
import dev.lurcher.broker.websocket.FrameReader.Extension;
import dev.lurcher.broker.websocket.Frames;
import dev.lurcher.broker.websocket.Message;
import dev.lurcher.broker.websocket.WebSocketException;
import dev.lurcher.protocol.Fields;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket, from the worker's 101 to its end. What the client says goes to a worker, message by message; what workers say
 * goes to the client as it is.
 * <pre>
 *   OPEN --close frame of either side--> CLOSING --the other's, or a moment later--> over
 *    |                                                                                ^
 *    +-- fault of the client, silence, no worker, drain: a close frame of the broker --+
 * </pre>
 * <p>Full: while a message waits for its worker, nothing more is read from the client.
 * <p>Thread: the connection's event loop.
 */
final class WebSocketSession {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketSession.class);

    /** The method by which workers know a message. */
    private static final String MESSAGE = "WEBSOCKET";

    /** What workers are told of a message, by its flags. */
    private static final Fields[] FLAGS = new Fields[256];

    static {
        for (int flags = 0; flags < FLAGS.length; flags++) {
            FLAGS[flags] = new Fields(List.of(new Fields.Field("FLAGS", "0x%X".formatted(flags))));
        }
    }

    /** How long the answer to a close frame is waited for, and how long the worker's wish to close after both. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long BOTH_CLOSED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final HttpServer server;
    private final HandlerResponder responder;
    private final Exchange exchange;
    private final Request request;
    private final SessionPolicy policy;
    private final HttpSettings.Sessions settings;
    private final Answering answer;
    private final WebSocketInbound inbound;
    private final FrameFollower replies;
    private final @Nullable Worker destination;

    /** The message that waits for a worker, or null. */
    private @Nullable Exchange waiting;

    /** A pong that must wait for the end of the worker's frame, or null. */
    private byte @Nullable [] owedPong;

    private long activeNanos = System.nanoTime();
    private long closesAtNanos = Deadlines.NONE;
    private boolean clientClosed;
    private boolean over;
    private long pingWindowNanos = activeNanos;
    private int pings;

    /**
     * Creates a session.
     *
     * @param responder to whom workers write, and who ends the connection
     * @param exchange the handshake, which a worker has answered
     */
    WebSocketSession(
            HttpServer server,
            HandlerResponder responder,
            Exchange exchange,
            WebSocketHandshake handshake,
            SessionPolicy policy) {
        this.server = server;
        this.responder = responder;
        this.exchange = exchange;
        this.request = handshake.request();
        this.policy = policy;
        this.answer = responder.answer();
        this.settings = server.settings().sessions();
        FrameLimits limits = new FrameLimits(settings.frameBytes(), settings.messageBytes(), settings.fragments());
        Extension extension = handshake.extension();
        this.inbound =
                new WebSocketInbound(this, new FrameReader(limits, extension, server.contentMemory(exchange.pool())));
        this.replies = new FrameFollower(extension == Extension.DEFLATE);
        Worker worker = exchange.worker();
        this.destination = worker != null && worker.isManaged() ? worker : null;
        server.counters().increment(Counter.SESSIONS_OPEN);
    }

    /** Begins to read, after the 101 has been sent. */
    void open() {
        schedule();
        answer.become(inbound);
        if (answer.isInputClosed()) {
            onInputClosed();
        }
    }

    // ---- from the client

    void onMessage(Message message) {
        activeNanos = System.nanoTime();
        if (over || clientClosed) {
            return;
        }
        switch (message.opcode()) {
            case Message.PING, Message.PONG -> onPing(message);
            case Message.CLOSE -> onClose(message);
            default -> post(message);
        }
    }

    private void onPing(Message message) {
        if (activeNanos - pingWindowNanos >= SECOND_NANOS) {
            pingWindowNanos = activeNanos;
            pings = 0;
        }
        if (settings.pings() > 0 && ++pings > settings.pings()) {
            refuse(CloseCode.POLICY_VIOLATION, "more than " + settings.pings() + " pings a second");
        } else if (!policy.automatic()) {
            post(message);
        } else if (message.opcode() == Message.PING) {
            owedPong = message.payload();
            sendOwedPong();
        }
    }

    private void sendOwedPong() {
        byte[] payload = owedPong;
        if (payload != null && replies.isBetweenFrames() && !replies.hasClosed()) {
            owedPong = null;
            answer.send(Frames.pong(answer.channel().alloc(), payload));
        }
    }

    private void onClose(Message message) {
        clientClosed = true;
        if (!policy.automatic()) {
            post(message);
            closeIn(replies.hasClosed() ? BOTH_CLOSED_NANOS : CLOSE_NANOS);
            return;
        }
        if (replies.isBetweenFrames() && !replies.hasClosed()) {
            answer.send(Frames.closeEcho(answer.channel().alloc(), message.payload()));
        }
        end();
    }

    private void post(Message message) {
        Exchange posted = Exchange.message(
                new Exchange.Sender(exchange.pool(), responder, exchange.connectionId(), destination),
                new ToldRequest(request, MESSAGE, FLAGS[message.flags()]),
                message.payload());
        switch (exchange.pool().post(posted, activeNanos)) {
            case SENT -> {}
            case WAITS -> {
                waiting = posted;
                inbound.pause();
                answer.holdContent(true);
                schedule();
            }
            case FULL, EMPTY -> onUndelivered();
            case GONE -> close(CloseCode.SERVICE_RESTART, "the worker stops");
        }
    }

    private void onUndelivered() {
        server.counters().increment(Counter.MESSAGES_REFUSED);
        close(CloseCode.TRY_AGAIN_LATER, "no worker takes messages");
    }

    /** What had to wait is with a worker. */
    void onTaken(Exchange message) {
        if (message == waiting) {
            waiting = null;
            schedule();
            answer.holdContent(false);
            inbound.resume();
        }
    }

    /** The client broke the protocol or a limit. */
    void onBroken(WebSocketException fault) {
        refuse(fault.code(), String.valueOf(fault.getMessage()));
    }

    private void refuse(CloseCode code, String why) {
        server.counters().increment(Counter.SESSIONS_REFUSED);
        LOG.debug("client {}: WebSocket closed with {}: {}", answer.channel().remoteAddress(), code.number(), why);
        close(code, why);
    }

    /** The client sends nothing any more. */
    void onInputClosed() {
        if (!over && !clientClosed) {
            over = true;
            answer.channel().close();
        }
    }

    // ---- from workers

    void onReply(ByteBuf buffer, int index, int length) {
        activeNanos = System.nanoTime();
        boolean closedBefore = replies.hasClosed();
        if (!answer.send(replies.pass(buffer, index, length))) {
            return;
        }
        sendOwedPong();
        if (replies.hasClosed() && !closedBefore) {
            closeIn(clientClosed ? BOTH_CLOSED_NANOS : CLOSE_NANOS);
        }
    }

    /** A worker is gone that had the handshake, or was the only one that might have a message. */
    void onWorkerLost(Exchange lost) {
        if (destination != null) {
            close(CloseCode.SERVICE_RESTART, "the worker is gone");
        } else if (lost != exchange) {
            onUndelivered();
        }
    }

    // ---- deadlines, and the end

    void onDeadline(long now) {
        Exchange late = waiting;
        if (closesAtNanos != Deadlines.NONE && now - closesAtNanos >= 0) {
            end();
        } else if (late != null && now - waitsUntil(late) >= 0) {
            onUndelivered();
        } else if (idleUntil() != Deadlines.NONE && now - idleUntil() >= 0) {
            close(CloseCode.GOING_AWAY, "nothing was said for too long");
        } else {
            schedule();
        }
    }

    private long waitsUntil(Exchange message) {
        return message.pool().waitsUntil(message.offeredNanos());
    }

    private long idleUntil() {
        return settings.idle().isZero()
                ? Deadlines.NONE
                : activeNanos + settings.idle().toNanos();
    }

    private void schedule() {
        Exchange late = waiting;
        long next = Math.min(closesAtNanos, idleUntil());
        answer.wakeAt(late == null ? next : Math.min(next, waitsUntil(late)));
    }

    private void closeIn(long nanos) {
        closesAtNanos = System.nanoTime() + nanos;
        schedule();
    }

    /** The worker says that the session is to count as active. */
    void touch() {
        activeNanos = System.nanoTime();
        schedule();
    }

    void onDrain() {
        close(CloseCode.GOING_AWAY, "the server stops");
    }

    /** Sends a close frame, where that can still be understood, and ends the connection. */
    private void close(CloseCode code, String reason) {
        if (over) {
            return;
        }
        if (replies.isBetweenFrames() && !replies.hasClosed()) {
            answer.send(Frames.close(answer.channel().alloc(), code, reason));
        }
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            responder.endSession();
        }
    }

    /** The connection is over, however it came to that. */
    void release() {
        over = true;
        inbound.end();
        server.counters().decrement(Counter.SESSIONS_OPEN);
        Exchange late = waiting;
        waiting = null;
        if (late != null) {
            late.pool().giveUp(late, false);
        }
    }
}
