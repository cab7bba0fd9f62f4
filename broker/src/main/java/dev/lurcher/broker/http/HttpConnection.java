package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.http.RequestInHand.State;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.TrafficLane;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: takes its requests one after the other, hands each to the {@link Responder} of its target, and lets that
 * send the answer back. {@link RequestInHand} draws the states.
 * <p>From the end of a request to that of its answer the decoder is paused: what the client sends meanwhile stays undecoded, and
 * bounded.
 * <p>Thread: the channel's event loop.
 */
final class HttpConnection {
    private final HttpServer server;
    private final HttpSettings settings;
    private final ClientInput input;
    private final ClientOutput output;
    private final ConnectionDeadlines deadlines;
    private final RequestInHand hand;
    private final AnswerSide answer;
    private final Responders responders;
    private final Arrival arrival;
    private final long openedNanos = System.nanoTime();

    /** Bytes of a request's head have come, and not all of them. */
    private boolean headBegun;

    private boolean endsInOrder;
    /** What is wrong with the request in hand, or null. */
    private @Nullable Refusal refusal;

    /** The messages that came between requests; null where there were none. */
    private @Nullable MessageSockets messages;

    private boolean messageWaits;

    /** Creates the state of a channel that was just accepted, or has just completed its TLS handshake. */
    HttpConnection(HttpServer server, LoopContext context, Channel channel, RequestDecoder decoder, Arrival arrival) {
        this.server = server;
        this.settings = server.settings();
        this.arrival = arrival;
        TrafficLane lane = server.counters().traffic().lane(context.index());
        this.input = new ClientInput(channel, decoder, lane, settings.maxAheadBytes());
        this.output = new ClientOutput(channel, context, settings.maxPendingBytes(), this::onSent);
        this.deadlines = new ConnectionDeadlines(this, settings.times(), output, context.deadlines());
        this.hand = new RequestInHand(server, new ExchangeRecord(channel.remoteAddress(), context.index(), lane));
        ClientLine line = new ClientLine(channel, context, input, output, deadlines);
        this.answer = new AnswerSide(server, this, line, hand);
        this.responders = new Responders(server, answer);
    }

    /** The side that whoever answers has to do with. */
    AnswerSide answer() {
        return answer;
    }

    /** How its client came in. */
    Arrival arrival() {
        return arrival;
    }

    void onOpen() {
        deadlines.start(
                arrival.crowded() ? settings.times().linger() : settings.times().idle());
    }

    // ---- figures

    /** By which workers know it, or would; -1 where none does. */
    int clientId() {
        int id = messages == null ? responders.clientId() : messages.clientId();
        return id == 0 ? -1 : id;
    }

    ClientFigures.Use use() {
        if (messages != null) {
            return ClientFigures.Use.MESSAGES;
        } else if (responders.isWebSocket()) {
            return ClientFigures.Use.WEBSOCKET;
        }
        return hand.count() == 0 ? ClientFigures.Use.NONE : ClientFigures.Use.HTTP;
    }

    /** When its latest request began, or it was opened. */
    long activeNanos() {
        return hand.count() == 0 ? openedNanos : hand.record().startedNanos();
    }

    /** Bytes that have come. */
    long receivedBytes() {
        return input.receivedBytes();
    }

    /** Bytes that the client has taken. */
    long sentBytes() {
        return output.sentBytes();
    }

    /** Whether it has a request in hand that is one for these workers. */
    boolean isFor(HandlerPool pool) {
        Responder responder = hand.responder();
        return responder != null && responder.isFor(pool);
    }

    // ---- a request comes in

    void onRequest(Request head) {
        if (!hand.isIdle()) {
            return;
        }
        hand.begin(head);
        headBegun = false;
        ExchangeRecord record = hand.record();
        head.from(arrival.scheme(), record.remoteAddress(), server.forwardedFor(record.remoteAddress()));
        head.told(arrival.peer());
        settings.marks().mark(head, record);
        refusal = admit(head);
        if (head.contentLength() == 0 || hand.state() != State.CONTENT) {
            // Whole already but for its end mark: a refusal can wait for that, and the connection may live on.
            return;
        }
        if (refusal != null) {
            answer.refuse(refusal);
        } else {
            deadlines.watchContent();
        }
    }

    /** Finds the route and what answers there; what is wrong with the request, or null. */
    private @Nullable Refusal admit(Request head) {
        if (arrival.crowded() || server.isDraining()) {
            return unready();
        }
        Snapshot now = server.snapshot();
        Target target = now.target(head, hand.record());
        if (target == null) {
            return Refusal.NO_ROUTE;
        } else if (server.isOverloaded()) {
            return Refusal.OVERLOADED;
        }
        Responder found = responders.of(target);
        Refusal why = found.start(head, target, now);
        if (why == null) {
            hand.answeredBy(found);
        }
        return why;
    }

    void onContent(ByteBuf bytes) {
        Responder responder = hand.responder();
        if (responder == null || hand.isWhole()) {
            return;
        }
        deadlines.received(bytes.readableBytes());
        Refusal why = responder.content(bytes);
        if (why != null) {
            breakOff(why);
        }
    }

    void onRequestEnd() {
        Responder responder = hand.responder();
        if (hand.state() == State.CONTENT && refusal != null) {
            answer.refuse(refusal);
        } else if (responder != null && !hand.isWhole()) {
            hand.becomeWhole();
            input.pause();
            if (hand.state() == State.CONTENT) {
                hand.enter(State.WAITING);
                deadlines.watchNothing();
            }
            responder.whole();
        }
    }

    /** A message of a JSON or XML socket, which stands where a request might. */
    void onMessage(SocketMessage message) {
        if (!hand.isIdle()) {
            return;
        }
        headBegun = false;
        String from = hand.record().remoteAddress();
        message.from(arrival.scheme(), from, server.forwardedFor(from));
        if (messages == null) {
            messages = new MessageSockets(server, this);
        }
        Refusal why = unready();
        why = why == null ? messages.take(message) : why;
        if (why == null) {
            touch();
        } else {
            hand.beginUnread();
            answer.refuse(why);
        }
    }

    /** Why nothing is taken now from this client, whatever it asks for; or null. */
    private @Nullable Refusal unready() {
        if (arrival.crowded()) {
            return Refusal.CROWDED;
        }
        return server.isDraining() ? Refusal.DRAINING : server.isOverloaded() ? Refusal.OVERLOADED : null;
    }

    /** A message waits for a worker, or does not any more: those after it stay undecoded meanwhile. */
    void awaitMessage(boolean waits) {
        messageWaits = waits;
        if (waits) {
            input.pause();
            deadlines.wakeAt(System.nanoTime());
        } else if (hand.isIdle()) {
            deadlines.wakeAt(Deadlines.NONE);
            input.resume();
        }
    }

    /** Sends what a worker wrote to a message socket: behind the answer that is under way, if one is. */
    void push(ByteBuf bytes) {
        if (hand.isOver() || messages == null) {
            bytes.release();
        } else if (!answer.hasBegun()) {
            server.counters().add(Counter.BYTES_SENT, bytes.readableBytes());
            touch();
            answer.write(bytes);
        } else if (!messages.hold(bytes)) {
            answer.giveUpClient();
        }
    }

    /** How long it may be silent between two requests. */
    private Duration idle() {
        return messages == null ? settings.times().idle() : settings.sessions().idle();
    }

    /** Something was said between two requests. */
    void touch() {
        if (hand.isIdle() && !headBegun) {
            deadlines.touch(idle());
        }
    }

    /** The client broke the protocol; nothing it sends from now on can be understood. */
    void onRefusal(Refusal broken) {
        if (hand.isIdle()) {
            hand.beginUnread();
            answer.refuse(broken);
        } else if (hand.state() == State.CONTENT || !hand.isWhole()) {
            breakOff(broken);
        }
    }

    /** The rest of the request in hand will not be read. */
    private void breakOff(Refusal why) {
        Responder responder = hand.responder();
        if (hand.state() == State.CONTENT) {
            answer.refuse(why);
        } else if (answer.hasBegun() && responder != null) {
            int status = responder.status();
            responder.abandon();
            answer.cut(status, false, why.error());
        }
    }

    void onReadComplete() {
        switch (hand.state()) {
            case IDLE -> {
                if (messageWaits) {
                    input.limit();
                } else if (!headBegun && input.isInHead()) {
                    headBegun = true;
                    deadlines.watchHead();
                }
            }
            case WAITING, ANSWERING -> input.limit();
            case CONTENT, ENDING, CLOSED -> {
                // Content is bounded by its own limit; what comes at the end is thrown away.
            }
        }
    }

    /** The client has closed its sending side; what it sent before may still wait in the decoder. */
    void onInputClosed() {
        input.onClosed();
        Responder responder = hand.responder();
        if (hand.state() == State.ENDING) {
            output.closeAfterFlush();
        } else if (responder != null && hand.isWhole()) {
            responder.onInputClosed();
        }
    }

    /** Nothing more will be decoded; the answer under way still goes out. */
    void onInputEnd() {
        input.onEnded();
        if (hand.isIdle() || hand.state() == State.CONTENT || (answer.hasBegun() && !hand.isWhole())) {
            // The answer before may not have left yet.
            output.closeAfterFlush();
        }
    }

    // ---- the answer goes out

    /** The client has taken bytes. */
    void onSent() {
        Responder responder = hand.responder();
        if (!answer.hasBegun() || responder == null) {
            return;
        }
        responder.onSent();
        if (answer.hasBegun()) {
            deadlines.watchOutput();
        }
    }

    // ---- deadlines

    /** The responder's deadline has passed, or that of a message. */
    void onWake(long now) {
        Responder responder = hand.responder();
        if (responder != null) {
            responder.onDeadline(now);
        } else if (messages != null && messageWaits) {
            deadlines.wakeAt(messages.look(now));
        }
    }

    // ---- the end

    /** The answer has ended, and the next request may come. */
    void becomeIdle() {
        if (input.isEnded()) {
            close();
            return;
        }
        hand.becomeIdle();
        deadlines.watchIdle(idle());
        if (messages != null) {
            messages.sendHeld();
        }
        input.resume();
        if (hand.isIdle()) {
            onReadComplete();
        }
    }

    /** Ends the connection after what has been written, without destroying that on its way. */
    void close() {
        endsInOrder = true;
        hand.enter(State.ENDING);
        release();
        if (input.end()) {
            // The client may still send: listen a little longer.
            output.endAfterFlush();
        } else {
            output.closeAfterFlush();
        }
        deadlines.watchEnd();
    }

    /** Ends a connection that has nothing under way; the others end with their answer. */
    void drain() {
        Responder responder = hand.responder();
        if (hand.isIdle() && !headBegun) {
            close();
        } else if (responder != null && answer.hasBegun()) {
            responder.onDrain();
        }
    }

    /** The channel is closed, whoever closed it. */
    void onClosed() {
        deadlines.end();
        if (hand.state() != State.CLOSED) {
            hand.enter(State.CLOSED);
            release();
        }
    }

    /** Lets go of what is under way and of what the responders keep for the connection. */
    private void release() {
        Responder responder = hand.responder();
        int status = responder == null ? 0 : responder.status();
        responders.close(endsInOrder);
        if (messages != null) {
            messages.close();
        }
        if (hand.isOpen()) {
            hand.record().clientGone(status);
            hand.end();
        }
    }
}
