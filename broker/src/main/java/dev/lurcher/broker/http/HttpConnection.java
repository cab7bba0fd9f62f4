package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.TrafficLane;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.FileRegion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: takes its requests one after the other, hands each to the {@link Responder} of its target, and sends
 * the answers back.
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
 * From the end of a request to that of its answer the decoder is paused: what the client sends meanwhile stays undecoded, and
 * bounded.
 * <p>Thread: the channel's event loop.
 */
final class HttpConnection implements Answering {
    private enum State {
        IDLE,
        CONTENT,
        WAITING,
        ANSWERING,
        ENDING,
        CLOSED
    }

    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));

    private final HttpServer server;
    private final HttpSettings settings;
    private final LoopContext context;
    private final Channel channel;
    private final ClientInput input;
    private final ClientOutput output;
    private final ConnectionDeadlines deadlines;
    private final ExchangeRecord record;
    private final Responders responders;

    /** Writes ids into answers; null where they are to stay as they are. */
    private final @Nullable AnswerStamp stamp;

    private final Arrival arrival;
    private final long openedNanos = System.nanoTime();

    private State state = State.IDLE;
    private boolean headBegun;
    private boolean endsInOrder;
    private boolean exchangeOpen;
    private int requests;

    private @Nullable Request request;
    private @Nullable Refusal refusal;
    /** What answers the request in hand; none where it is refused. */
    private @Nullable Responder responder;
    /** Whether the request in hand has been read to its end. */
    private boolean whole;

    /** The messages that came between requests; null where there were none. */
    private @Nullable MessageSockets messages;

    private boolean messageWaits;

    /**
     * Creates the state of a channel that was just accepted, or has just completed its TLS handshake.
     */
    HttpConnection(HttpServer server, LoopContext context, Channel channel, RequestDecoder decoder, Arrival arrival) {
        this.server = server;
        this.settings = server.settings();
        this.context = context;
        this.channel = channel;
        TrafficLane lane = server.counters().traffic().lane(context.index());
        this.input = new ClientInput(channel, decoder, lane, settings.maxAheadBytes());
        this.output = new ClientOutput(channel, context, settings.maxPendingBytes(), this::onSent);
        this.deadlines = new ConnectionDeadlines(this, settings.times(), output, context.deadlines());
        this.record = new ExchangeRecord(channel.remoteAddress(), context.index(), lane);
        this.responders = new Responders(server, this);
        this.stamp = settings.marks().areInAnswers() ? new AnswerStamp() : null;
        this.arrival = arrival;
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
        return requests == 0 ? ClientFigures.Use.NONE : ClientFigures.Use.HTTP;
    }

    /** When its latest request began, or it was opened. */
    long activeNanos() {
        return requests == 0 ? openedNanos : record.startedNanos();
    }

    /** Bytes that have come. */
    long receivedBytes() {
        return input.receivedBytes();
    }

    // ---- a request comes in

    void onRequest(Request head) {
        if (state != State.IDLE) {
            return;
        }
        requests++;
        begin(head);
        state = State.CONTENT;
        headBegun = false;
        request = head;
        whole = false;
        head.from(arrival.scheme(), record.remoteAddress(), server.forwardedFor(record.remoteAddress()));
        head.told(arrival.peer());
        settings.marks().mark(head, record);
        refusal = admit(head);
        if (head.contentLength() == 0 || state != State.CONTENT) {
            // Whole already but for its end mark: a refusal can wait for that, and the connection may live on.
            return;
        }
        if (refusal != null) {
            refuse(refusal);
        } else {
            deadlines.watchContent();
        }
    }

    /** From here on there is an exchange, which must end; null stands for a request that cannot be read. */
    private void begin(@Nullable Request head) {
        exchangeOpen = true;
        if (stamp != null) {
            stamp.start();
        }
        record.start(System.nanoTime(), head, server.revision());
    }

    /** Finds the route and what answers there; what is wrong with the request, or null. */
    private @Nullable Refusal admit(Request head) {
        if (arrival.crowded() || server.isDraining()) {
            return unready();
        }
        Snapshot now = server.snapshot();
        Target target = now.target(head, record);
        if (target == null) {
            return Refusal.NO_ROUTE;
        } else if (server.isOverloaded()) {
            return Refusal.OVERLOADED;
        }
        Responder found = responders.of(target);
        Refusal why = found.start(head, target, now);
        if (why == null) {
            responder = found;
        }
        return why;
    }

    void onContent(ByteBuf bytes) {
        if (responder == null || whole) {
            return;
        }
        deadlines.received(bytes.readableBytes());
        Refusal why = responder.content(bytes);
        if (why != null) {
            breakOff(why);
        }
    }

    void onRequestEnd() {
        if (state == State.CONTENT && refusal != null) {
            refuse(refusal);
        } else if (responder != null && !whole) {
            whole = true;
            input.pause();
            if (state == State.CONTENT) {
                state = State.WAITING;
                deadlines.watchNothing();
            }
            responder.whole();
        }
    }

    /** A message of a JSON or XML socket, which stands where a request might. */
    void onMessage(SocketMessage message) {
        if (state != State.IDLE) {
            return;
        }
        headBegun = false;
        message.from(arrival.scheme(), record.remoteAddress(), server.forwardedFor(record.remoteAddress()));
        if (messages == null) {
            messages = new MessageSockets(server, this);
        }
        Refusal why = unready();
        why = why == null ? messages.take(message) : why;
        if (why == null) {
            touch();
        } else {
            begin(null);
            request = null;
            refuse(why);
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
            wakeAt(System.nanoTime());
        } else if (state == State.IDLE) {
            wakeAt(Deadlines.NONE);
            input.resume();
        }
    }

    /** Sends what a worker wrote to a message socket: behind the answer that is under way, if one is. */
    void push(ByteBuf bytes) {
        if (state == State.ENDING || state == State.CLOSED || messages == null) {
            bytes.release();
        } else if (state != State.ANSWERING) {
            server.counters().add(Counter.BYTES_SENT, bytes.readableBytes());
            touch();
            written(output.write(bytes));
        } else if (!messages.hold(bytes)) {
            onSlow();
        }
    }

    /** How long it may be silent between two requests. */
    private Duration idle() {
        return messages == null ? settings.times().idle() : settings.sessions().idle();
    }

    /** Something was said between two requests. */
    private void touch() {
        if (state == State.IDLE && !headBegun) {
            deadlines.touch(idle());
        }
    }

    /** The client broke the protocol; nothing it sends from now on can be understood. */
    void onRefusal(Refusal broken) {
        if (state == State.IDLE) {
            begin(null);
            request = null;
            refuse(broken);
        } else if (state == State.CONTENT || !whole) {
            breakOff(broken);
        }
    }

    /** The rest of the request in hand will not be read. */
    private void breakOff(Refusal why) {
        if (state == State.CONTENT) {
            refuse(why);
        } else if (state == State.ANSWERING && responder != null) {
            int status = responder.status();
            responder.abandon();
            cut(status, false, why.error());
        }
    }

    void onReadComplete() {
        switch (state) {
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
        if (state == State.ENDING) {
            output.closeAfterFlush();
        } else if (responder != null && whole) {
            responder.onInputClosed();
        }
    }

    /** Nothing more will be decoded; the answer under way still goes out. */
    void onInputEnd() {
        input.onEnded();
        if (state == State.IDLE || state == State.CONTENT || (state == State.ANSWERING && !whole)) {
            // The answer before may not have left yet.
            output.closeAfterFlush();
        }
    }

    // ---- what a responder may do

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public LoopContext context() {
        return context;
    }

    @Override
    public ExchangeRecord record() {
        return record;
    }

    @Override
    public void allowContent(long mostBytes) {
        input.allowContent(mostBytes);
    }

    @Override
    public void sendContinue() {
        if (request != null && request.expectsContinue() && request.contentLength() != 0) {
            written(output.write(CONTINUE.duplicate()));
        }
    }

    @Override
    public void holdContent(boolean hold) {
        deadlines.excuseContent(hold);
        input.hold(hold);
    }

    @Override
    public boolean isInputClosed() {
        return input.isClosed();
    }

    @Override
    public void become(ChannelHandler... incoming) {
        input.become(incoming);
    }

    @Override
    public boolean send(ByteBuf bytes) {
        if (!mayAnswer()) {
            bytes.release();
            return false;
        }
        ByteBuf stamped = stamp == null ? null : stamp.take(bytes, channel.alloc(), record.requestId());
        if (stamped != null) {
            record.sent(stamped.readableBytes());
            if (!written(output.write(stamped))) {
                bytes.release();
                return false;
            }
        }
        record.sent(bytes.readableBytes());
        return written(output.write(bytes));
    }

    @Override
    public boolean send(FileRegion part) {
        if (!mayAnswer()) {
            part.release();
            return false;
        }
        record.sent(part.count());
        output.write(part);
        return true;
    }

    private boolean mayAnswer() {
        if (state == State.WAITING || state == State.CONTENT) {
            state = State.ANSWERING;
            deadlines.watchNothing();
        }
        return state == State.ANSWERING;
    }

    private boolean written(boolean taken) {
        if (!taken) {
            onSlow();
        }
        return taken;
    }

    @Override
    public boolean isWritable() {
        return output.isWritable();
    }

    @Override
    public boolean mayKeep() {
        return request != null && request.keepAlive() && requests < settings.maxRequests() && !isLeaving();
    }

    /** Whether the broker stops, or accepts nobody any more where, or in the way in which, this client came in. */
    private boolean isLeaving() {
        Channel door = channel.parent();
        return server.isDraining() || !server.takes(arrival) || (door != null && !door.isOpen());
    }

    /** Whether it has a request in hand that is one for these workers. */
    boolean isFor(HandlerPool pool) {
        return responder != null && responder.isFor(pool);
    }

    @Override
    public boolean hasBegun() {
        return state == State.ANSWERING;
    }

    @Override
    public long acceptedBytes() {
        return output.acceptedBytes();
    }

    @Override
    public long sentBytes() {
        return output.sentBytes();
    }

    @Override
    public void finish(int status, boolean keep) {
        record.answered(status);
        onExchangeEnd();
        if (keep && whole && mayKeep()) {
            becomeIdle();
        } else {
            close();
        }
    }

    @Override
    public void cut(int status, boolean untilClose, HttpError reason) {
        record.cut(status, reason);
        onExchangeEnd();
        if (untilClose) {
            output.reset();
        } else {
            close();
        }
    }

    @Override
    public void end() {
        if (state != State.ENDING && state != State.CLOSED) {
            close();
        }
    }

    @Override
    public void endOutput() {
        output.endAfterFlush();
    }

    @Override
    public void drop(int status) {
        if (exchangeOpen) {
            record.answered(status);
            onExchangeEnd();
        }
        output.drop();
    }

    @Override
    public void giveUpClient() {
        onSlow();
    }

    @Override
    public void keepAlive() {
        touch();
    }

    @Override
    public void surplus() {
        if (state == State.IDLE || state == State.CONTENT) {
            // The answer that went too far may not have left yet.
            output.closeAfterFlush();
        }
    }

    @Override
    public void wakeAt(long nanos) {
        deadlines.wakeAt(nanos);
    }

    @Override
    public void refuse(Refusal why) {
        boolean keep = (whole || input.isWhole()) && !why.error().closes() && mayKeep();
        boolean head = request != null && request.isHead();
        ByteBuf answer = server.answers()
                .answer(channel.alloc(), why.withHead(head || why.head()), record.requestIdText(), keep);
        Responder refused = responder;
        record.refused(why);
        record.sent(answer.readableBytes());
        onExchangeEnd();
        if (refused != null) {
            refused.abandon();
        }
        if (!written(output.write(answer))) {
            return;
        } else if (keep) {
            becomeIdle();
        } else {
            close();
        }
    }

    /** The client has taken bytes. */
    void onSent() {
        if (state != State.ANSWERING || responder == null) {
            return;
        }
        responder.onSent();
        if (state == State.ANSWERING) {
            deadlines.watchOutput();
        }
    }

    private void onExchangeEnd() {
        exchangeOpen = false;
        responder = null;
        server.onExchangeEnd(record);
        record.forget();
    }

    // ---- deadlines

    /** The responder's deadline has passed, or that of a message. */
    void onWake(long now) {
        if (responder != null) {
            responder.onDeadline(now);
        } else if (messages != null && messageWaits) {
            wakeAt(messages.look(now));
        }
    }

    /** The client does not take what is sent to it. */
    void onSlow() {
        server.counters().increment(Counter.SLOW_CLIENT);
        output.drop();
    }

    /** The client does nothing more. */
    void onStuck() {
        output.drop();
    }

    // ---- the end

    private void becomeIdle() {
        if (input.isEnded()) {
            close();
            return;
        }
        state = State.IDLE;
        request = null;
        deadlines.watchIdle(idle());
        if (messages != null) {
            messages.sendHeld();
        }
        input.resume();
        if (state == State.IDLE) {
            onReadComplete();
        }
    }

    /** Ends the connection after what has been written, without destroying that on its way. */
    private void close() {
        endsInOrder = true;
        state = State.ENDING;
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
        if (state == State.IDLE && !headBegun) {
            close();
        } else if (responder != null && state == State.ANSWERING) {
            responder.onDrain();
        }
    }

    /** The channel is closed, whoever closed it. */
    void onClosed() {
        deadlines.end();
        if (state != State.CLOSED) {
            state = State.CLOSED;
            release();
        }
    }

    /** Lets go of what is under way and of what the responders keep for the connection. */
    private void release() {
        int status = responder == null ? 0 : responder.status();
        responders.close(endsInOrder);
        if (messages != null) {
            messages.close();
        }
        if (exchangeOpen) {
            record.clientGone(status);
            onExchangeEnd();
        }
    }
}
