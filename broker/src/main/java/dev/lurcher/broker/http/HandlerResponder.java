package dev.lurcher.broker.http;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Lets workers answer: collects the content, hands the request to the handler's pool, and follows what comes back. */
final class HandlerResponder implements Responder, Client, WebSocketSession.Ending {
    private final HttpServer server;
    private final HttpSettings settings;
    private final Answering answer;
    private final ContentBuffer content;
    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private final WorkerSide workers;

    private @Nullable Request request;
    private @Nullable HandlerPool pool;
    /** Of a request for a WebSocket, until a worker has answered it. */
    private @Nullable WebSocketHandshake handshake;

    private SessionPolicy sessions = SessionPolicy.USUAL;
    /** The WebSocket that the connection has become, or null. */
    private @Nullable WebSocketSession session;

    HandlerResponder(HttpServer server, Answering answer) {
        this.server = server;
        this.settings = server.settings();
        this.answer = answer;
        this.content = new ContentBuffer(settings.maxContentBytes(), server.contentMemory());
        this.workers = new WorkerSide(this, settings);
    }

    // ---- a request comes in

    @Override
    public @Nullable Refusal start(Request head, Target target) {
        if (head.contentLength() > settings.maxContentBytes()) {
            return Refusal.contentTooLarge(settings.maxContentBytes());
        }
        Target.Handler handler = (Target.Handler) target;
        if (WebSocketHandshake.isAskedBy(head)) {
            Refusal why = WebSocketHandshake.refuse(head, handler.sessions());
            if (why != null) {
                return why;
            }
            sessions = handler.sessions();
            handshake = WebSocketHandshake.of(head, sessions);
        }
        request = head;
        pool = server.pool(handler);
        if (head.contentLength() != 0) {
            content.start(head.contentLength(), server.contentMemory(handler));
            answer.sendContinue();
        }
        return null;
    }

    @Override
    public @Nullable Refusal content(ByteBuf bytes) {
        return switch (content.append(bytes)) {
            case TAKEN -> null;
            case TOO_LARGE -> Refusal.contentTooLarge(settings.maxContentBytes());
            case NO_MEMORY -> Refusal.OVERLOADED;
        };
    }

    @Override
    public void whole() {
        Request whole = request;
        HandlerPool chosen = pool;
        if (whole == null || chosen == null) {
            return;
        }
        recogniser.reset(whole.isHead());
        workers.startCredit(answer.acceptedBytes());
        long started = answer.record().startedNanos();
        WebSocketHandshake asked = handshake;
        HandlerPool.Offer outcome = asked == null
                ? workers.offer(chosen, whole, content.take(), started)
                : workers.offer(chosen, asked.head(), asked.token(), started);
        switch (outcome) {
            case TAKEN -> awaitAnswer(started);
            case FULL -> answer.refuse(Refusal.unserved(HttpError.QUEUE_FULL, chosen));
            case EMPTY ->
                answer.refuse(Refusal.unserved(HttpError.NO_WORKER, chosen).withPage(server.page(chosen)));
        }
    }

    private void awaitAnswer(long now) {
        answer.record().offered(workers.exchange());
        answer.wakeAt(workers.lookAgainAt(now));
    }

    @Override
    public void onInputClosed() {
        if (session != null) {
            session.onInputClosed();
        } else if (workers.isQueued()) {
            answer.wakeAt(System.nanoTime() + settings.times().halfClosed().toNanos());
        }
    }

    // ---- the answer

    @Override
    public LoopContext context() {
        return answer.context();
    }

    @Override
    public boolean servedBy(HandlerPool asking) {
        return workers.servedBy(asking);
    }

    @Override
    public void onReply(ByteBuf buffer, int index, int length) {
        if (session != null) {
            session.onReply(buffer, index, length);
            return;
        } else if (workers.exchange() == null) {
            // The client must not take it for the next answer.
            server.counters().increment(Counter.OVERRUN);
            answer.surplus();
            return;
        }
        int used = recogniser.feed(buffer, index, length);
        workers.answered(recogniser.state() == AnswerRecogniser.State.END);
        if (recogniser.state() == AnswerRecogniser.State.BAD && !answer.hasBegun()) {
            answer.refuse(Refusal.BAD_ANSWER);
        } else if (handshake != null) {
            onHandshakeAnswer(handshake, buffer.slice(index, used), used < length);
        } else {
            pass(buffer.retainedSlice(index, used), used < length);
        }
    }

    /** Passes bytes of the answer on. */
    private void pass(ByteBuf bytes, boolean surplus) {
        boolean sent = true;
        if (bytes.isReadable()) {
            sent = answer.send(bytes);
        } else {
            bytes.release();
        }
        if (sent && recogniser.state() == AnswerRecogniser.State.END) {
            finish(surplus);
        } else if (sent && workers.isLost()) {
            answer.wakeAt(workers.lossActsAt());
        }
    }

    /** The head is kept until it is whole: a 101 may be added to, and what follows it are frames. */
    private void onHandshakeAnswer(WebSocketHandshake asked, ByteBuf bytes, boolean surplus) {
        boolean switches = recogniser.state() == AnswerRecogniser.State.TUNNEL;
        int headBytes = switches ? recogniser.headBytes() : bytes.readableBytes();
        if (!asked.collect(bytes, 0, headBytes)) {
            answer.refuse(Refusal.BAD_ANSWER);
        } else if (switches) {
            open(asked, bytes.slice(headBytes, bytes.readableBytes() - headBytes));
        } else if (recogniser.state() != AnswerRecogniser.State.HEAD) {
            handshake = null;
            pass(asked.answer(answer.channel().alloc()), surplus);
        }
    }

    private void open(WebSocketHandshake asked, ByteBuf frames) {
        Exchange opened = workers.exchange();
        handshake = null;
        if (opened == null
                || !answer.send(asked.switchingProtocols(answer.channel().alloc()))) {
            return;
        }
        WebSocketSession begun =
                new WebSocketSession(new WebSocketSession.Opening(server, answer, this, opened, asked, sessions, this));
        session = begun;
        if (frames.isReadable()) {
            begun.onReply(frames, 0, frames.readableBytes());
        }
        if (session == begun) {
            begun.open();
        }
    }

    /** The WebSocket is over by the broker's will. */
    @Override
    public void end() {
        workers.giveUp(false);
        forget();
        answer.finish(recogniser.status(), false);
    }

    @Override
    public void onClientGone() {
        answer.channel().close();
    }

    @Override
    public void onTaken(Exchange message) {
        if (session != null) {
            session.onTaken(message);
        }
    }

    @Override
    public void onDrain() {
        if (session != null) {
            session.onDrain();
        }
    }

    private void finish(boolean surplus) {
        if (surplus) {
            server.counters().increment(Counter.OVERRUN);
        }
        forget();
        answer.finish(recogniser.status(), !surplus && recogniser.keepsConnection());
    }

    @Override
    public void onCloseAsked() {
        if (workers.exchange() == null) {
            answer.end();
        } else {
            workers.finish();
            forget();
            answer.finish(recogniser.status(), false);
        }
    }

    @Override
    public void onSent() {
        workers.onSent(answer.sentBytes());
    }

    @Override
    public int status() {
        return recogniser.status();
    }

    // ---- waiting, and the loss of the worker

    @Override
    public void onWorkerLost(Exchange which) {
        long now = System.nanoTime();
        if (session != null) {
            session.onWorkerLost(which);
        } else if (workers.lose(which, now)) {
            onDeadline(now);
        }
    }

    @Override
    public void onDeadline(long now) {
        Request waiting = request;
        if (session != null) {
            session.onDeadline(now);
            return;
        } else if (workers.exchange() == null || waiting == null) {
            return;
        } else if (answer.hasBegun()) {
            lookAfterAnswer(now);
            return;
        }
        // Perhaps nobody is left to read the answer, and no worker has begun it.
        boolean abandoned = answer.isInputClosed()
                && workers.waited(now) >= settings.times().halfClosed().toNanos();
        Refusal over = workers.look(waiting, abandoned, now);
        if (over == null) {
            awaitAnswer(now);
        } else {
            answer.refuse(over);
        }
    }

    private void lookAfterAnswer(long now) {
        if (!workers.isLost()) {
            return;
        }
        switch (workers.judge(answer.record().bytesSent(), now)) {
            case WAIT -> answer.wakeAt(workers.lossActsAt());
            case CUT -> cut();
            case TAKEN_OVER -> answer.wakeAt(Deadlines.NONE);
        }
    }

    private void cut() {
        server.counters().increment(Counter.CUT);
        workers.finish();
        forget();
        answer.cut(recogniser.status(), recogniser.untilClose(), HttpError.WORKER_LOST);
    }

    // ---- the end

    private void forget() {
        if (session != null) {
            session.release();
            session = null;
        }
        handshake = null;
        content.release();
        request = null;
        pool = null;
    }

    @Override
    public void abandon() {
        workers.giveUp(false);
        forget();
    }

    @Override
    public void close(boolean inOrder) {
        workers.release(inOrder);
        forget();
    }
}
