package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.route.HostRoutes;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One client connection: takes its requests one after the other, hands each to its target, and sends the answers back.
 * <pre>
 *            request head            content complete           first byte of the answer
 *   IDLE ------------------> CONTENT ----------------> WAITING ---------------------------> ANSWERING
 *    ^                          |                         |                                    |
 *    |                          | 4xx                     | 503, 504                           | end of the answer
 *    +--------------------------+-------------------------+------------------------------------+
 *                               |  the connection ends    |                                    |
 *                               +---------------------> ENDING --> CLOSED <--------------------+
 * </pre>
 * While a request is WAITING or ANSWERING the decoder is paused: what the client sends meanwhile stays undecoded, and bounded.
 * <p>Thread: the channel's event loop.
 */
final class HttpConnection extends Deadlines.Expiring implements Client {
    private enum State {
        IDLE,
        CONTENT,
        WAITING,
        ANSWERING,
        ENDING,
        CLOSED
    }

    /** What a refused client is told to wait before it tries again. */
    private static final int RETRY_SECONDS = 1;

    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));
    private static final Refusal DRAINING = Refusal.of(HttpError.DRAINING, "the server is stopping");
    private static final Refusal CROWDED =
            Refusal.of(HttpError.TOO_MANY_CONNECTIONS, "the limit of connections is reached");

    private final HttpServer server;
    private final HttpSettings settings;
    private final LoopContext context;
    private final Channel channel;
    private final RequestDecoder decoder;
    private final ErrorAnswers answers;
    private final ClientOutput output;
    private final ContentBuffer content;
    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private final ExchangeRecord record;
    private final boolean crowded;

    private State state = State.IDLE;
    private boolean headBegun;
    private boolean inputClosed;
    private boolean inputEnded;
    private boolean endsInOrder;
    private int requests;
    private int windowBytes;

    private @Nullable Request request;
    private Target.@Nullable Handler handler;
    private @Nullable Refusal refusal;

    private int connectionId;
    private boolean workerKnowsId;
    private @Nullable HandlerPool pool;
    private @Nullable Exchange exchange;

    /**
     * Creates the state of a channel that was just accepted.
     *
     * @param crowded whether the limit of connections is passed: its first request is refused
     */
    HttpConnection(HttpServer server, LoopContext context, Channel channel, RequestDecoder decoder, boolean crowded) {
        this.server = server;
        this.settings = server.settings();
        this.context = context;
        this.channel = channel;
        this.decoder = decoder;
        this.answers = server.answers();
        this.output = new ClientOutput(channel, context, settings.maxPendingBytes());
        this.content = new ContentBuffer(settings.maxContentBytes());
        this.record = new ExchangeRecord(channel.remoteAddress());
        this.crowded = crowded;
    }

    void onOpen() {
        context.deadlines().add(this);
        deadlineIn(crowded ? settings.times().linger() : settings.times().idle());
    }

    // ---- a request comes in

    void onRequest(Request head) {
        if (state != State.IDLE) {
            return;
        }
        requests++;
        begin(head);
        headBegun = false;
        request = head;
        head.from("http", record.remoteAddress(), server.forwardedFor(record.remoteAddress()));
        refusal = crowded ? CROWDED : server.isDraining() ? DRAINING : admit(head);
        state = State.CONTENT;
        long announced = head.contentLength();
        if (announced == 0) {
            // Whole already but for its end mark: a refusal can wait for that, and the connection may live on.
            return;
        }
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        content.reset(announced);
        windowBytes = 0;
        deadlineIn(settings.times().contentWindow());
        if (head.expectsContinue()) {
            write(CONTINUE.duplicate());
        }
    }

    /** From here on there is an exchange, which must end; null stands for a request that cannot be read. */
    private void begin(@Nullable Request head) {
        server.counters().increment(Counter.REQUESTS);
        record.start(System.nanoTime(), head);
    }

    /** Finds the route; what is wrong with the request, or null. */
    private @Nullable Refusal admit(Request head) {
        HostRoutes host = server.routes().host(head.host());
        Route found = host.find(head.path());
        record.routed(host.host(), found);
        if (found == null) {
            return Refusal.of(HttpError.NO_ROUTE, "no route of this host matches the path");
        }
        head.routed(found.path());
        switch (found.target()) {
            case Target.Handler to -> handler = to;
            case Target.Directory to -> {
                return Refusal.of(
                        HttpError.NOT_IMPLEMENTED, "the route leads to a directory, which this version cannot serve");
            }
            case Target.Proxy to -> {
                return Refusal.of(
                        HttpError.NOT_IMPLEMENTED, "the route leads to a proxy, which this version cannot serve");
            }
        }
        return head.contentLength() > settings.maxContentBytes() ? tooLarge() : null;
    }

    private Refusal tooLarge() {
        return Refusal.of(
                HttpError.CONTENT_TOO_LARGE,
                "more content than " + settings.maxContentBytes() + " bytes (limits.content_length)");
    }

    void onContent(ByteBuf bytes) {
        if (state != State.CONTENT || refusal != null) {
            return;
        }
        windowBytes += bytes.readableBytes();
        if (!content.append(bytes)) {
            refuse(tooLarge());
        }
    }

    void onRequestEnd() {
        if (state != State.CONTENT) {
            return;
        }
        if (refusal != null) {
            refuse(refusal);
        } else if (request != null && handler != null) {
            dispatch(request, server.pool(handler));
        }
    }

    /** The client broke the protocol; nothing it sends from now on can be understood. */
    void onRefusal(Refusal broken) {
        if (state == State.IDLE || state == State.CONTENT) {
            if (state == State.IDLE) {
                begin(null);
                request = null;
            }
            refuse(broken);
        }
    }

    void onReadComplete() {
        switch (state) {
            case IDLE -> {
                if (!headBegun && decoder.phase() == RequestDecoder.Phase.HEAD) {
                    headBegun = true;
                    deadlineIn(settings.times().head());
                }
            }
            case WAITING, ANSWERING -> {
                // A client that sends far ahead of its answers is not read any further.
                if (decoder.bufferedBytes() > settings.maxAheadBytes()
                        && channel.config().isAutoRead()) {
                    channel.config().setAutoRead(false);
                }
            }
            case CONTENT, ENDING, CLOSED -> {
                // Content is bounded by its own limit; what comes at the end is thrown away.
            }
        }
    }

    /** The client has closed its sending side; what it sent before may still wait in the decoder. */
    void onInputClosed() {
        inputClosed = true;
        if (state == State.WAITING && exchange != null && exchange.heldNanos() == 0) {
            deadlineIn(settings.times().halfClosed());
        } else if (state == State.ENDING) {
            channel.close();
        }
    }

    /** Nothing more will be decoded; the answer under way still goes out. */
    void onInputEnd() {
        inputEnded = true;
        if (state == State.IDLE || state == State.CONTENT) {
            channel.close();
        }
    }

    // ---- to a worker and back

    private void dispatch(Request whole, HandlerPool chosen) {
        decoder.pause();
        if (connectionId == 0) {
            connectionId = context.register(this);
        }
        pool = chosen;
        state = State.WAITING;
        recogniser.reset(whole.isHead());
        Exchange offered = new Exchange(chosen, whole, content.take(), connectionId, record.startedNanos());
        exchange = offered;
        record.offered(offered);
        if (chosen.offer(offered) == HandlerPool.Offer.FULL) {
            exchange = null;
            refuse(Refusal.of(HttpError.QUEUE_FULL, "too many requests wait for a worker of this route")
                    .withRetryAfter(RETRY_SECONDS));
        } else {
            lookAfter(offered, record.startedNanos());
        }
    }

    @Override
    public boolean servedBy(HandlerPool asking) {
        return pool == asking;
    }

    @Override
    public void onReply(ByteBuf buffer, int index, int length) {
        if (state == State.WAITING) {
            beginAnswer();
        } else if (state != State.ANSWERING) {
            onSurplusReply();
            return;
        }
        int used = recogniser.feed(buffer, index, length);
        if (recogniser.state() == AnswerRecogniser.State.BAD && record.bytesSent() == 0) {
            refuse(Refusal.of(HttpError.BAD_ANSWER, "the worker's answer has no sound framing"));
            return;
        }
        record.sent(used);
        if (used > 0 && !output.write(buffer.retainedSlice(index, used))) {
            cutSlowClient();
        } else if (recogniser.state() == AnswerRecogniser.State.END) {
            endAnswer(used < length);
        } else if (output.pendingBytes() > 0) {
            deadlineIn(settings.times().writeIdle());
        }
    }

    private void beginAnswer() {
        state = State.ANSWERING;
        context.deadlines().set(this, Deadlines.NONE);
        if (exchange != null) {
            workerKnowsId = true;
            exchange.pool().answered(exchange);
        }
    }

    /** More came than an answer may have: the client must not take it for the next one. */
    private void onSurplusReply() {
        server.counters().increment(Counter.OVERRUN);
        if (state == State.IDLE || state == State.CONTENT) {
            channel.close();
        }
    }

    private void endAnswer(boolean surplus) {
        record.answered(recogniser.status());
        server.onExchangeEnd(record);
        exchange = null;
        if (surplus) {
            server.counters().increment(Counter.OVERRUN);
        }
        if (!surplus && recogniser.keepsConnection() && mayKeep()) {
            becomeIdle();
        } else {
            end();
        }
    }

    @Override
    public void onCloseAsked() {
        if (state == State.CLOSED || state == State.ENDING) {
            return;
        }
        if (exchange != null) {
            exchange.pool().giveUp(exchange, false, System.nanoTime());
            exchange = null;
            record.answered(recogniser.status());
            server.onExchangeEnd(record);
        }
        end();
    }

    // ---- deadlines

    private void deadlineIn(Duration time) {
        context.deadlines().set(this, time.isZero() ? Deadlines.NONE : System.nanoTime() + time.toNanos());
    }

    @Override
    protected void onDeadline(long now) {
        switch (state) {
            case IDLE -> {
                if (headBegun) {
                    onRefusal(Refusal.of(HttpError.HEADER_TIMEOUT, "the head of the request was not complete in time"));
                } else {
                    channel.close();
                }
            }
            case CONTENT -> {
                if (windowBytes < settings.times().contentWindowBytes()) {
                    refuse(Refusal.of(HttpError.CONTENT_TIMEOUT, "the content of the request came too slowly"));
                } else {
                    windowBytes = 0;
                    deadlineIn(settings.times().contentWindow());
                }
            }
            case WAITING -> {
                if (exchange != null) {
                    lookAfter(exchange, now);
                }
            }
            case ANSWERING -> {
                if (output.pendingBytes() > 0 && !output.hasProgressed()) {
                    cutSlowClient();
                } else if (output.pendingBytes() > 0) {
                    deadlineIn(settings.times().writeIdle());
                }
            }
            case ENDING -> channel.close();
            case CLOSED -> {
                // Its deadlines went with it.
            }
        }
    }

    private void cutSlowClient() {
        server.counters().increment(Counter.SLOW_CLIENT);
        channel.close();
    }

    /** Fails a waiting exchange when its time is over, else sets the deadline at which to look again. */
    private void lookAfter(Exchange waiting, long now) {
        HandlerPool asked = waiting.pool();
        long timeout = asked.limits().timeout().toNanos();
        long held = waiting.heldNanos();
        if (held != 0) {
            if (timeout != 0 && now - held >= timeout) {
                giveUp(waiting, now, Refusal.of(HttpError.WORKER_TIMEOUT, "the worker did not answer in time"));
            } else {
                context.deadlines().set(this, timeout == 0 ? Deadlines.NONE : held + timeout);
            }
            return;
        }
        long waited = now - waiting.offeredNanos();
        long queueTimeout = asked.limits().queueTimeout().toNanos();
        // Perhaps nobody is left to read the answer, and no worker has begun it.
        boolean abandoned =
                inputClosed && waited >= settings.times().halfClosed().toNanos();
        if (abandoned || waited >= queueTimeout) {
            giveUp(waiting, now, unserved(asked));
            return;
        }
        // A worker may take it unnoticed at any moment: look again no later than that worker's own time would be over.
        long look = queueTimeout - waited;
        context.deadlines().set(this, now + (timeout == 0 ? look : Math.min(look, timeout)));
    }

    private static Refusal unserved(HandlerPool asked) {
        Refusal why = asked.hasWorkers()
                ? Refusal.of(HttpError.QUEUE_TIMEOUT, "all workers of this route were busy for too long")
                : Refusal.of(HttpError.NO_WORKER, "no worker of this route is connected");
        return why.withRetryAfter(RETRY_SECONDS);
    }

    private void giveUp(Exchange waiting, long now, Refusal why) {
        boolean late = why.error() == HttpError.WORKER_TIMEOUT;
        exchange = null;
        if (waiting.pool().giveUp(waiting, late, now)) {
            // What the worker may still answer must never be taken for the answer to a later request.
            context.retire(waiting);
            waiting.pool().disconnected(waiting.connectionId(), waiting);
            connectionId = 0;
            workerKnowsId = false;
        }
        refuse(why);
    }

    // ---- answers of our own, and the end

    /** Answers the request in hand ourselves. Keeps the connection where the request was read to its end. */
    private void refuse(Refusal why) {
        boolean whole = state == State.WAITING || decoder.phase() == RequestDecoder.Phase.IDLE;
        boolean keep = whole && !why.error().closes() && mayKeep();
        boolean head = request != null && request.isHead();
        ByteBuf answer =
                answers.answer(channel.alloc(), why.withHead(head || why.head()), record.requestIdText(), keep);
        record.refused(why);
        record.sent(answer.readableBytes());
        server.onExchangeEnd(record);
        if (exchange != null) {
            exchange.pool().giveUp(exchange, false, System.nanoTime());
            exchange = null;
        }
        if (!output.write(answer)) {
            cutSlowClient();
        } else if (keep) {
            becomeIdle();
        } else {
            end();
        }
    }

    private boolean mayKeep() {
        return request != null && request.keepAlive() && requests < settings.maxRequests() && !server.isDraining();
    }

    private void becomeIdle() {
        if (inputEnded) {
            end();
            return;
        }
        state = State.IDLE;
        request = null;
        handler = null;
        deadlineIn(settings.times().idle());
        if (!channel.config().isAutoRead()) {
            channel.config().setAutoRead(true);
        }
        resumeDecoder();
        if (state == State.IDLE) {
            onReadComplete();
        }
    }

    private void resumeDecoder() {
        ChannelHandlerContext decoding = channel.pipeline().context(decoder);
        try {
            decoder.resume(decoding);
        } catch (Exception e) {
            // The policy for whatever Netty's codec throws stands in HttpInbound, as for bytes that have just arrived.
            decoding.fireExceptionCaught(e);
        }
    }

    private void write(ByteBuf bytes) {
        if (!output.write(bytes)) {
            cutSlowClient();
        }
    }

    /** Ends the connection after what has been written, without destroying that on its way. */
    private void end() {
        endsInOrder = true;
        boolean unread = decoder.bufferedBytes() > 0 || decoder.phase() != RequestDecoder.Phase.IDLE;
        state = State.ENDING;
        release();
        if (inputClosed || !unread) {
            output.closeAfterFlush();
        } else {
            // Closing while the client still sends would reset the connection and lose the answer: listen a little
            // longer.
            channel.pipeline().remove(decoder);
            output.endAfterFlush();
            if (!channel.config().isAutoRead()) {
                channel.config().setAutoRead(true);
            }
        }
        deadlineIn(settings.times().linger());
    }

    /** Ends a connection that has nothing under way; the others end with their answer. */
    void drain() {
        if (state == State.IDLE && !headBegun) {
            end();
        }
    }

    /** The channel is closed, whoever closed it. */
    void onClosed() {
        context.deadlines().remove(this);
        if (state != State.CLOSED) {
            state = State.CLOSED;
            release();
        }
    }

    /** Gives back the id and what is under way; tells the worker when it did not ask for the end itself. */
    private void release() {
        Exchange open = exchange;
        exchange = null;
        if (open != null) {
            workerKnowsId |= open.pool().giveUp(open, false, System.nanoTime());
            record.clientGone(recogniser.status());
            server.onExchangeEnd(record);
        }
        if (connectionId != 0) {
            context.unregister(connectionId);
            if (pool != null && workerKnowsId && !endsInOrder) {
                pool.disconnected(connectionId, open);
            }
            connectionId = 0;
        }
    }
}
