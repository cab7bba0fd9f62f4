package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.Client;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.upload.UploadStore;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.RequestHead;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets workers answer: collects the content, hands the request to the handler's pool, and follows what comes back. */
final class HandlerResponder implements Responder, Client, FileReplies.Taker {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerResponder.class);

    private final HttpServer server;
    private final HttpSettings settings;
    private final Answering answer;
    private final ContentBuffer content;
    private final AnswerRecogniser recogniser = new AnswerRecogniser();
    private final WorkerSide workers;

    private @Nullable Request request;
    private @Nullable HandlerPool pool;
    /** How the content reaches a worker where it is too large for one message. */
    private @Nullable Upload upload;

    private long mostUploadBytes;

    /** Made when the first file is to be sent. */
    private @Nullable FileReplies files;

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
        Target.Handler handler = (Target.Handler) target;
        long announced = head.contentLength();
        mostUploadBytes = server.canUpload() ? handler.limits().uploadBytes() : 0;
        if (announced > settings.maxContentBytes() && announced > mostUploadBytes) {
            return tooLarge();
        }
        request = head;
        pool = server.pool(handler);
        recogniser.reset(head.isHead());
        if (announced > settings.maxContentBytes()) {
            upload = newUpload(head);
        } else if (announced != 0) {
            if (mostUploadBytes > settings.maxContentBytes()) {
                answer.allowContent(mostUploadBytes);
            }
            content.start(announced, server.contentMemory(handler));
            answer.sendContinue();
        }
        return null;
    }

    private Refusal tooLarge() {
        return mostUploadBytes > settings.maxContentBytes()
                ? Refusal.uploadTooLarge(mostUploadBytes)
                : Refusal.contentTooLarge(settings.maxContentBytes());
    }

    private Upload newUpload(Request head) {
        UploadStore store = server.uploadStore();
        return store == null
                ? new StreamUpload(this, head, settings.maxContentBytes())
                : new FileUpload(this, head, store);
    }

    @Override
    public @Nullable Refusal content(ByteBuf bytes) {
        if (upload != null) {
            upload.content(bytes);
            return null;
        }
        return switch (content.append(bytes)) {
            case TAKEN -> null;
            case TOO_LARGE -> outgrow(bytes);
            case NO_MEMORY -> Refusal.OVERLOADED;
        };
    }

    /** Content whose length was not announced becomes an upload, which begins with what has been collected. */
    private @Nullable Refusal outgrow(ByteBuf bytes) {
        Request head = request;
        if (head == null || mostUploadBytes <= settings.maxContentBytes()) {
            return tooLarge();
        }
        Upload begun = newUpload(head);
        upload = begun;
        begun.begin(content.take());
        if (upload != null) {
            upload.content(bytes);
        }
        return null;
    }

    @Override
    public void whole() {
        Request whole = request;
        if (upload != null) {
            upload.whole();
        } else if (whole != null) {
            offer(List.of(), content.take());
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
        RequestHead offered = extras.isEmpty() ? head : new ToldRequest(head, new Fields(extras));
        workers.startCredit(answer.acceptedBytes());
        long now = upload == null ? answer.record().startedNanos() : System.nanoTime();
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
        if (upload != null && offered != null) {
            upload.onOffered(offered);
            workers.awaitWorker(upload.awaitsWorker(), now);
        }
        awaitAnswer(now);
    }

    /** Something was done for the upload: it is the worker's turn now, or the client's. */
    void onTurn(Upload which) {
        if (which.equals(upload) && workers.exchange() != null) {
            long now = System.nanoTime();
            workers.awaitWorker(which.awaitsWorker(), now);
            if (!answer.hasBegun()) {
                answer.wakeAt(workers.lookAgainAt(now));
            }
        }
    }

    /** The content cannot be taken any more. */
    void fail(Upload which, Refusal why) {
        if (!which.equals(upload)) {
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

    private void awaitAnswer(long now) {
        answer.record().offered(workers.exchange());
        answer.wakeAt(workers.lookAgainAt(now));
    }

    @Override
    public void onInputClosed() {
        if (workers.isQueued()) {
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
        Exchange open = workers.exchange();
        if (open == null) {
            // The client must not take it for the next answer.
            server.counters().increment(Counter.OVERRUN);
            answer.surplus();
            return;
        } else if (isFileOnItsWay()) {
            if (files != null && !files.keep(buffer.retainedSlice(index, length))) {
                answer.giveUpClient();
            }
            return;
        }
        int used = recogniser.feed(buffer, index, length);
        boolean ended = recogniser.state() == AnswerRecogniser.State.END;
        workers.answered(ended);
        if (recogniser.state() == AnswerRecogniser.State.BAD && !answer.hasBegun()) {
            answer.refuse(Refusal.BAD_ANSWER);
        } else if (used == 0 || answer.send(buffer.retainedSlice(index, used))) {
            if (ended) {
                finish(open, used < length);
            } else if (workers.isLost()) {
                answer.wakeAt(workers.lossActsAt());
            }
        }
    }

    private void finish(Exchange answered, boolean surplus) {
        if (surplus) {
            server.counters().increment(Counter.OVERRUN);
        }
        workers.settle(answered, answer.acceptedBytes());
        if (upload != null && !upload.outliveAnswer()) {
            answered.pool().disconnected(answered.connectionId(), answered);
        }
        upload = null;
        forget();
        answer.finish(recogniser.status(), !surplus && recogniser.keepsConnection());
    }

    @Override
    public void onCloseAsked() {
        if (files != null && files.isBusy()) {
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
        switch (asked) {
            case ExtendedReply.Control control -> onControl(control);
            case ExtendedReply.SendFile file -> sendFile(file);
            case ExtendedReply.Unknown unknown -> drop();
        }
    }

    // ---- files that workers have sent

    private boolean isFileOnItsWay() {
        return files != null && files.isBusy();
    }

    private void sendFile(ExtendedReply.SendFile file) {
        if (workers.exchange() == null) {
            drop();
            return;
        }
        if (files == null) {
            files = new FileReplies(server, answer, this);
        }
        files.send(file);
    }

    @Override
    public long onFile(long length) {
        return recogniser.skip(length);
    }

    @Override
    public void onBytes(ByteBuf bytes) {
        onReply(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    @Override
    public void onClose() {
        onCloseAsked();
    }

    @Override
    public void onFileSent(boolean surplus) {
        Exchange open = workers.exchange();
        if (open != null && recogniser.state() == AnswerRecogniser.State.END) {
            workers.answered(true);
            finish(open, surplus);
        } else if (workers.isLost()) {
            answer.wakeAt(workers.lossActsAt());
        }
    }

    @Override
    public void onNoFile(String why) {
        Exchange open = workers.exchange();
        LOG.warn(
                "handler {}: a file is not sent, and its client's connection closed: {}",
                open == null ? "" : open.pool().name(),
                why);
        drop();
    }

    private void onControl(ExtendedReply.Control control) {
        if (control.cancel()) {
            drop();
            return;
        }
        if (control.keepAlive()) {
            answer.keepAlive();
        }
        if (upload != null) {
            upload.onCredits(control.credits());
        }
        if (workers.exchange() != null && !answer.hasBegun()) {
            long now = System.nanoTime();
            workers.touch(now);
            answer.wakeAt(workers.lookAgainAt(now));
        }
    }

    /** Ends the connection at once. The worker that wanted it so hears nothing of it. */
    private void drop() {
        int status = recogniser.status();
        workers.cancel();
        forget();
        answer.drop(status);
    }

    @Override
    public void onSent() {
        if (files != null) {
            files.onSent();
        }
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
        if (workers.lose(which, now) && !isFileOnItsWay()) {
            onDeadline(now);
        }
    }

    @Override
    public void onDeadline(long now) {
        Request waiting = request;
        if (workers.exchange() == null || waiting == null) {
            return;
        } else if (isFileOnItsWay()) {
            onNoFile("the disk does not answer");
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
        Upload under = upload;
        upload = null;
        if (under != null) {
            under.abandon();
        }
        if (files != null) {
            files.clear();
        }
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
