package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets workers answer: collects the content, hands the request to the handler's pool, and follows what comes back. */
final class HandlerResponder implements Responder, Client {
    private final HttpServer server;
    private final HttpSettings settings;
    private final Answering answer;
    private final ContentSide content;
    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private final WorkerSide workers;

    private @Nullable Request request;
    private @Nullable HandlerPool pool;
    /** Requests for WebSockets, and what becomes of them. */
    private final WebSocketSide sockets;

    /** Files that workers have sent. */
    private final FileReplies files;

    private final ExtendedReplies extended;

    HandlerResponder(HttpServer server, Answering answer) {
        this.server = server;
        this.settings = server.settings();
        this.answer = answer;
        this.content = new ContentSide(this, server);
        this.workers = new WorkerSide(this, settings);
        this.sockets = new WebSocketSide(this, server);
        this.files = new FileReplies(this, server, recogniser);
        this.extended = new ExtendedReplies(this, workers, content, sockets, files);
    }

    int clientId() {
        return workers.clientId();
    }

    boolean isWebSocket() {
        return sockets.isOpen();
    }

    // ---- a request comes in

    @Override
    public @Nullable Refusal start(Request head, Target target, Snapshot now) {
        Target.Handler handler = (Target.Handler) target;
        Refusal why = sockets.start(head, handler.sessions());
        if (why != null) {
            return why;
        }
        HandlerPool chosen = now.pool(handler);
        why = content.start(head, handler.limits(), chosen);
        if (why == null) {
            request = head;
            pool = chosen;
            recogniser.reset(head.isHead());
        }
        return why;
    }

    @Override
    public @Nullable Refusal content(ByteBuf bytes) {
        return content.take(bytes);
    }

    @Override
    public void whole() {
        Upload upload = content.upload();
        if (upload != null) {
            upload.whole();
        } else {
            offer(List.of(), sockets.isAsked() ? sockets.token() : content.collected());
        }
    }

    /** Hands the request in hand to the pool, with what workers are to be told beside. */
    void offer(List<Field> told, byte[] firstContent) {
        Request head = request;
        HandlerPool chosen = pool;
        if (head == null || chosen == null) {
            return;
        }
        List<Field> extras = withWindow(told);
        String method = sockets.isAsked() ? WebSocketSide.HANDSHAKE : head.method();
        RequestHead offered =
                extras.isEmpty() && !sockets.isAsked() ? head : new ToldRequest(head, method, new Fields(extras));
        workers.startCredit(answer.acceptedBytes());
        long now = content.upload() == null ? answer.record().startedNanos() : System.nanoTime();
        switch (workers.offer(chosen, offered, firstContent, now)) {
            case TAKEN -> onOffered(now);
            case FULL -> answer.refuse(Refusal.unserved(HttpError.QUEUE_FULL, chosen));
            case EMPTY ->
                answer.refuse(Refusal.unserved(HttpError.NO_WORKER, chosen).withPage(server.page(chosen)));
        }
    }

    /** Workers that pace themselves by Mongrel2's credits hear of the window with a connection's first request. */
    private List<Field> withWindow(List<Field> told) {
        if (settings.downloadWindow() == 0 || !workers.needsId()) {
            return told;
        }
        List<Field> more = new ArrayList<>(told);
        more.add(new Field("DOWNLOAD_CREDITS", Long.toString(settings.downloadWindow())));
        return more;
    }

    private void onOffered(long now) {
        Exchange offered = workers.exchange();
        Upload upload = content.upload();
        if (upload != null && offered != null) {
            upload.onOffered(offered);
            workers.awaitWorker(upload.awaitsWorker(), now);
        }
        awaitAnswer(now);
    }

    /** Something was done for the upload: it is the worker's turn now, or the client's. */
    void onTurn(Upload which) {
        if (which.equals(content.upload()) && workers.exchange() != null) {
            long now = System.nanoTime();
            workers.awaitWorker(which.awaitsWorker(), now);
            if (!answer.hasBegun()) {
                answer.wakeAt(workers.lookAgainAt(now));
            }
        }
    }

    /** The content cannot be taken any more. */
    void fail(Upload which, Refusal why) {
        if (!which.equals(content.upload())) {
            return;
        } else if (answer.hasBegun()) {
            int status = recogniser.status();
            boolean untilClose = recogniser.untilClose();
            abandon();
            answer.cut(status, untilClose, why.error());
        } else {
            answer.refuse(why);
        }
    }

    Answering answer() {
        return answer;
    }

    /** Whose workers answer, or empty. */
    String handlerName() {
        return pool == null ? "" : pool.name();
    }

    private void awaitAnswer(long now) {
        answer.record().offered(workers.exchange());
        answer.wakeAt(workers.lookAgainAt(now));
    }

    @Override
    public void onInputClosed() {
        WebSocketSession session = sockets.session();
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
    public boolean isFor(HandlerPool asked) {
        return pool == asked;
    }

    @Override
    public void onReply(ByteBuf buffer, int index, int length) {
        Exchange open = workers.exchange();
        WebSocketSession session = sockets.session();
        if (session != null) {
            session.onReply(buffer, index, length);
            return;
        } else if (open == null) {
            // The client must not take it for the next answer.
            server.counters().increment(Counter.OVERRUN);
            answer.surplus();
            return;
        } else if (files.isBusy()) {
            files.keep(buffer.retainedSlice(index, length));
            return;
        }
        int used = recogniser.feed(buffer, index, length);
        workers.answered(recogniser.state() == AnswerRecogniser.State.END);
        if (recogniser.state() == AnswerRecogniser.State.BAD && !answer.hasBegun()) {
            answer.refuse(Refusal.BAD_ANSWER);
        } else if (sockets.isAsked()) {
            sockets.onAnswer(open, recogniser, buffer.slice(index, used), used < length);
        } else {
            pass(open, buffer.retainedSlice(index, used), used < length);
        }
    }

    /** Passes bytes of the answer on, and takes them over. */
    void pass(Exchange open, ByteBuf bytes, boolean surplus) {
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (!answer.send(bytes)) {
            return;
        }
        if (recogniser.state() == AnswerRecogniser.State.END) {
            finish(open, surplus);
        } else if (workers.isLost()) {
            answer.wakeAt(workers.lossActsAt());
        }
    }

    /** The WebSocket is over by the broker's will: the worker is told, and the connection ends after what has been sent. */
    void endSession() {
        workers.giveUp(false);
        forget();
        answer.finish(recogniser.status(), false);
    }

    @Override
    public void onTaken(Exchange message) {
        sockets.onTaken(message);
    }

    @Override
    public void onDrain() {
        sockets.onDrain();
    }

    @Override
    public void onFault(RuntimeException fault) {
        answer.channel().pipeline().fireExceptionCaught(fault);
    }

    private void finish(Exchange answered, boolean surplus) {
        if (surplus) {
            server.counters().increment(Counter.OVERRUN);
        }
        workers.settle(answered, answer.acceptedBytes());
        content.endWith(answered);
        forget();
        answer.finish(recogniser.status(), !surplus && recogniser.keepsConnection());
    }

    @Override
    public void onCloseAsked() {
        if (files.isBusy()) {
            files.keepClose();
        } else if (workers.exchange() == null) {
            answer.end();
        } else {
            workers.finish();
            forget();
            answer.finish(recogniser.status(), false);
        }
    }

    @Override
    public void onExtended(ExtendedReply asked) {
        extended.onReply(asked);
    }

    /** What of a file belongs to the answer has been handed over. */
    void onFileSent(boolean surplus) {
        Exchange open = workers.exchange();
        if (open != null && recogniser.state() == AnswerRecogniser.State.END) {
            workers.answered(true);
            finish(open, surplus);
        } else if (workers.isLost()) {
            answer.wakeAt(workers.lossActsAt());
        }
    }

    /** Ends the connection at once. The worker that wanted it so hears nothing of it. */
    void drop() {
        int status = recogniser.status();
        boolean untilClose = answer.hasBegun() && !sockets.isOpen() && recogniser.untilClose();
        workers.cancel();
        forget();
        answer.drop(status, untilClose);
    }

    @Override
    public void onSent() {
        files.onSent();
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
        WebSocketSession session = sockets.session();
        if (session != null) {
            session.onWorkerLost(which);
        } else if (workers.lose(which, now)) {
            context().sweepAfter(workers.lossActsAt());
            if (!files.isBusy()) {
                onDeadline(now);
            }
        }
    }

    @Override
    public void onDropped(Exchange which) {
        if (which == workers.exchange()) {
            answer.refuse(Refusal.unserved(HttpError.DROPPED, which.pool()));
        }
    }

    @Override
    public void onDeadline(long now) {
        Request waiting = request;
        WebSocketSession session = sockets.session();
        if (session != null) {
            session.onDeadline(now);
            return;
        } else if (workers.exchange() == null || waiting == null) {
            return;
        } else if (files.isBusy()) {
            files.fail("the disk does not answer");
            return;
        } else if (answer.hasBegun()) {
            lookAfterAnswer(now);
            return;
        }
        // Perhaps nobody is left to read the answer, and no worker has begun it.
        boolean abandoned = answer.isInputClosed()
                && workers.waited(now) >= settings.times().halfClosed().toNanos();
        Exchange before = workers.exchange();
        Refusal over = workers.look(waiting, abandoned, now);
        if (over == null && before != workers.exchange()) {
            onOffered(now);
        } else if (over == null) {
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
        sockets.forget();
        content.forget();
        files.clear();
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
