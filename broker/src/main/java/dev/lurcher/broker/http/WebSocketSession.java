package dev.lurcher.broker.http;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
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
import io.netty.buffer.ByteBuf;
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

    /** How long the answer to a close frame is waited for, and how long the worker's wish to close after both. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long BOTH_CLOSED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Opening opening;
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
     * What a session is made of.
     *
     * @param client to whom the workers write
     * @param exchange the handshake, which a worker has answered
     */
    record Opening(
            HttpServer server,
            Answering answer,
            Client client,
            Exchange exchange,
            WebSocketHandshake handshake,
            SessionPolicy policy,
            Ending ending) {}

    /** Who ends it. */
    interface Ending {
        /** The session is over by the broker's will: the connection ends after what has been sent, and the worker is told. */
        void end();

        /** The client is gone. */
        void onClientGone();
    }

    WebSocketSession(Opening opening) {
        this.opening = opening;
        this.answer = opening.answer();
        this.settings = opening.server().settings().sessions();
        FrameLimits limits = new FrameLimits(settings.frameBytes(), settings.messageBytes(), settings.fragments());
        Extension extension = opening.handshake().extension();
        this.inbound = new WebSocketInbound(this, new FrameReader(limits, extension));
        this.replies = new FrameFollower(extension == Extension.DEFLATE);
        Worker worker = opening.exchange().worker();
        this.destination = worker != null && worker.isManaged() ? worker : null;
        opening.server().counters().increment(Counter.SESSIONS_OPEN);
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
        } else if (!opening.policy().automatic()) {
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
        if (!opening.policy().automatic()) {
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
        Exchange open = opening.exchange();
        HandlerPool pool = open.pool();
        Exchange posted = Exchange.message(
                new Exchange.Sender(pool, opening.client(), open.connectionId(), destination),
                opening.handshake().head().ofMessage(message.flags()),
                message.payload());
        switch (pool.post(posted, activeNanos)) {
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
        opening.server().counters().increment(Counter.MESSAGES_REFUSED);
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
        opening.server().counters().increment(Counter.SESSIONS_REFUSED);
        LOG.debug("client {}: WebSocket closed with {}: {}", answer.channel().remoteAddress(), code.number(), why);
        close(code, why);
    }

    /** The client sends nothing any more. */
    void onInputClosed() {
        if (!over && !clientClosed) {
            over = true;
            opening.ending().onClientGone();
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
        } else if (lost != opening.exchange()) {
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
        return message.offeredNanos() + message.pool().limits().queueTimeout().toNanos();
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
            opening.ending().end();
        }
    }

    /** The connection is over, however it came to that. */
    void release() {
        over = true;
        opening.server().counters().decrement(Counter.SESSIONS_OPEN);
        Exchange late = waiting;
        waiting = null;
        if (late != null) {
            late.pool().giveUp(late, false);
        }
    }
}
