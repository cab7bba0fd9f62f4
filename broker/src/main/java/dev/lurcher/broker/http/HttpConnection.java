package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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

    private static final long OUTPUT_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.copiedBuffer("HTTP/1.1 100 Continue\r\n\r\n", StandardCharsets.US_ASCII));

    private final HttpServer server;
    private final HttpSettings settings;
    private final LoopContext context;
    private final Channel channel;
    private final ClientInput input;
    private final ErrorAnswers answers;
    private final ClientOutput output;
    private final ContentBuffer content;
    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private final ExchangeRecord record;
    private final boolean crowded;

    private State state = State.IDLE;
    private boolean headBegun;
    private boolean endsInOrder;
    private boolean outputWatched;
    private boolean exchangeOpen;
    private long idleUntil;
    private int requests;

    private @Nullable Request request;
    private Target.@Nullable Handler handler;
    private @Nullable Refusal refusal;

    private final WorkerSide workers;

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
        this.input = new ClientInput(channel, decoder, settings.maxAheadBytes());
        this.answers = server.answers();
        this.output = new ClientOutput(channel, context, settings.maxPendingBytes(), this::onSent);
        this.content = new ContentBuffer(settings.maxContentBytes(), server.contentMemory());
        this.workers = new WorkerSide(this, settings);
        this.record = new ExchangeRecord(channel.remoteAddress());
        this.crowded = crowded;
    }

    void onOpen() {
        context.deadlines().add(this);
        deadlineIn(crowded ? settings.times().linger() : settings.times().idle());
        idleUntil = System.nanoTime();
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
        refusal = admit(head);
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
        content.start(announced, handler == null ? server.contentMemory() : server.contentMemory(handler));
        deadlineIn(settings.times().contentWindow());
        if (head.expectsContinue()) {
            write(CONTINUE.duplicate());
        }
    }

    /** From here on there is an exchange, which must end; null stands for a request that cannot be read. */
    private void begin(@Nullable Request head) {
        exchangeOpen = true;
        server.counters().increment(Counter.REQUESTS);
        record.start(System.nanoTime(), head);
    }

    /** Finds the route; what is wrong with the request, or null. */
    private @Nullable Refusal admit(Request head) {
        if (crowded || server.isDraining()) {
            return crowded ? Refusal.CROWDED : Refusal.DRAINING;
        }
        Target target = server.target(head, record);
        handler = target instanceof Target.Handler to ? to : null;
        if (handler == null) {
            return Refusal.notServed(target);
        } else if (head.contentLength() > settings.maxContentBytes()) {
            return Refusal.contentTooLarge(settings.maxContentBytes());
        }
        return server.isOverloaded() ? Refusal.OVERLOADED : null;
    }

    void onContent(ByteBuf bytes) {
        if (state != State.CONTENT || refusal != null) {
            return;
        }
        switch (content.append(bytes)) {
            case TAKEN -> {}
            case TOO_LARGE -> refuse(Refusal.contentTooLarge(settings.maxContentBytes()));
            case NO_MEMORY -> refuse(Refusal.OVERLOADED);
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
                if (!headBegun && input.isInHead()) {
                    headBegun = true;
                    deadlineIn(settings.times().head());
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
        if (state == State.WAITING && workers.isQueued()) {
            deadlineIn(settings.times().halfClosed());
        } else if (state == State.ENDING) {
            output.closeAfterFlush();
        }
    }

    /** Nothing more will be decoded; the answer under way still goes out. */
    void onInputEnd() {
        input.onEnded();
        if (state == State.IDLE || state == State.CONTENT) {
            // The answer before may not have left yet.
            output.closeAfterFlush();
        }
    }

    // ---- to a worker and back

    private void dispatch(Request whole, HandlerPool chosen) {
        input.pause();
        state = State.WAITING;
        recogniser.reset(whole.isHead());
        workers.startCredit(output.acceptedBytes());
        HandlerPool.Offer outcome = workers.offer(chosen, whole, content.take(), record.startedNanos());
        switch (outcome) {
            case TAKEN -> awaitAnswer(record.startedNanos());
            case FULL -> refuse(Refusal.unserved(HttpError.QUEUE_FULL, chosen));
            case EMPTY -> refuse(Refusal.unserved(HttpError.NO_WORKER, chosen).withPage(server.page(chosen)));
        }
    }

    private void awaitAnswer(long now) {
        record.offered(workers.exchange());
        context.deadlines().set(this, workers.lookAgainAt(now));
    }

    @Override
    public LoopContext context() {
        return context;
    }

    @Override
    public boolean servedBy(HandlerPool asking) {
        return workers.servedBy(asking);
    }

    @Override
    public void onReply(ByteBuf buffer, int index, int length) {
        if (state == State.WAITING) {
            state = State.ANSWERING;
            context.deadlines().set(this, Deadlines.NONE);
            outputWatched = false;
        } else if (state != State.ANSWERING) {
            onSurplusReply();
            return;
        }
        int used = recogniser.feed(buffer, index, length);
        boolean ended = recogniser.state() == AnswerRecogniser.State.END;
        workers.answered(ended);
        if (recogniser.state() == AnswerRecogniser.State.BAD && record.bytesSent() == 0) {
            refuse(Refusal.BAD_ANSWER);
            return;
        }
        record.sent(used);
        if (used > 0 && !output.write(buffer.retainedSlice(index, used))) {
            cutSlowClient();
        } else if (ended) {
            endAnswer(used < length);
        } else if (workers.isLost()) {
            context.deadlines().set(this, workers.lossActsAt());
        } else if (!outputWatched && output.pendingBytes() > 0) {
            watchOutput(System.nanoTime());
        }
    }

    /** More came than an answer may have: the client must not take it for the next one. */
    private void onSurplusReply() {
        server.counters().increment(Counter.OVERRUN);
        if (state == State.IDLE || state == State.CONTENT) {
            // The answer that went too far may not have left yet.
            output.closeAfterFlush();
        }
    }

    private void endAnswer(boolean surplus) {
        record.answered(recogniser.status());
        onExchangeEnd();
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
        if (workers.exchange() != null) {
            workers.finish();
            record.answered(recogniser.status());
            onExchangeEnd();
        }
        end();
    }

    /** The client has taken bytes. */
    void onSent() {
        if (state == State.ANSWERING) {
            workers.onSent(output.sentBytes());
        }
    }

    private void onExchangeEnd() {
        exchangeOpen = false;
        content.release();
        server.onExchangeEnd(record);
        record.forget();
    }

    // ---- the worker is lost

    @Override
    public void onWorkerLost(Exchange which) {
        long now = System.nanoTime();
        if (!workers.lose(which, now)) {
            return;
        }
        if (state == State.WAITING) {
            lookAfter(now);
        } else if (state == State.ANSWERING) {
            lookAfterLostAnswer(now);
        }
    }

    private void lookAfterLostAnswer(long now) {
        switch (workers.judge(record.bytesSent(), now)) {
            case WAIT -> context.deadlines().set(this, workers.lossActsAt());
            case CUT -> cutLostAnswer();
            case TAKEN_OVER -> watchOutput(now);
        }
    }

    /** Ends the connection so that the client can tell that its answer is not whole. */
    private void cutLostAnswer() {
        server.counters().increment(Counter.CUT);
        boolean ambiguous = recogniser.untilClose();
        workers.finish();
        record.cut(recogniser.status());
        onExchangeEnd();
        if (ambiguous) {
            output.reset();
        } else {
            end();
        }
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
                    onRefusal(Refusal.HEADER_TIMEOUT);
                } else {
                    lookAfterIdle(now);
                }
            }
            case CONTENT -> {
                if (content.windowBytes() < settings.times().contentWindowBytes()) {
                    refuse(Refusal.CONTENT_TIMEOUT);
                } else {
                    deadlineIn(settings.times().contentWindow());
                }
            }
            case WAITING -> lookAfter(now);
            case ANSWERING -> {
                if (workers.isLost()) {
                    lookAfterLostAnswer(now);
                } else {
                    watchOutput(now);
                }
            }
            case ENDING -> channel.close();
            case CLOSED -> {
                // Its deadlines went with it.
            }
        }
    }

    private void lookAfterIdle(long now) {
        boolean sending = output.pendingBytes() > 0;
        if (sending && settings.times().writeIdle().isPositive()) {
            watchOutput(now);
        } else if (sending) {
            context.deadlines().set(this, now + OUTPUT_LOOK_NANOS);
        } else if (idleUntil != Deadlines.NONE && now - idleUntil >= 0) {
            channel.close();
        } else {
            context.deadlines().set(this, idleUntil);
        }
    }

    /** Looks once a second whether the client takes its answer, as long as there is something to take. */
    private void watchOutput(long now) {
        long most = settings.times().writeIdle().toNanos();
        outputWatched = most > 0 && output.pendingBytes() > 0;
        if (!outputWatched) {
            context.deadlines().set(this, Deadlines.NONE);
        } else if (output.quietNanos(now) >= most) {
            cutSlowClient();
        } else {
            context.deadlines().set(this, now + Math.min(most, OUTPUT_LOOK_NANOS));
        }
    }

    private void cutSlowClient() {
        server.counters().increment(Counter.SLOW_CLIENT);
        channel.close();
    }

    /** Fails or repeats a waiting exchange when it is time to, else sets the deadline at which to look again. */
    private void lookAfter(long now) {
        if (request == null) {
            return;
        }
        // Perhaps nobody is left to read the answer, and no worker has begun it.
        boolean abandoned = input.isClosed()
                && workers.waited(now) >= settings.times().halfClosed().toNanos();
        Refusal over = workers.look(request, abandoned, now);
        if (over == null) {
            awaitAnswer(now);
        } else {
            refuse(over);
        }
    }

    // ---- answers of our own, and the end

    /** Answers the request in hand ourselves. Keeps the connection where the request was read to its end. */
    private void refuse(Refusal why) {
        boolean whole = state == State.WAITING || input.isWhole();
        boolean keep = whole && !why.error().closes() && mayKeep();
        boolean head = request != null && request.isHead();
        ByteBuf answer =
                answers.answer(channel.alloc(), why.withHead(head || why.head()), record.requestIdText(), keep);
        record.refused(why);
        record.sent(answer.readableBytes());
        onExchangeEnd();
        workers.giveUp(false);
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
        if (input.isEnded()) {
            end();
            return;
        }
        state = State.IDLE;
        request = null;
        handler = null;
        long now = System.nanoTime();
        long idle = settings.times().idle().toNanos();
        idleUntil = idle == 0 ? Deadlines.NONE : now + idle;
        // The answer may still be on its way.
        context.deadlines().set(this, idle == 0 ? now + OUTPUT_LOOK_NANOS : now + Math.min(idle, OUTPUT_LOOK_NANOS));
        input.resume();
        if (state == State.IDLE) {
            onReadComplete();
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
        state = State.ENDING;
        release();
        if (input.end()) {
            // The client may still send: listen a little longer.
            output.endAfterFlush();
        } else {
            output.closeAfterFlush();
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
        workers.release(endsInOrder);
        if (exchangeOpen) {
            record.clientGone(recogniser.status());
            onExchangeEnd();
        }
        content.release();
    }
}
