package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Body;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.directory.Directories.Answer;
import dev.lurcher.broker.directory.OpenFile;
import dev.lurcher.broker.directory.Selection;
import dev.lurcher.broker.directory.Tree;
import dev.lurcher.broker.directory.Wish;
import dev.lurcher.broker.telemetry.Counter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Answers with files: at once and in one write what is in memory; else it asks {@link Directories}, and sends large files part
 * by part. Content of requests is read and thrown away.
 */
final class FileResponder implements Responder {
    private static final int OK = 200;
    private static final int MOVED = 301;

    private final HttpServer server;
    private final Directories directories;
    private final Answering answer;

    private @Nullable Request request;
    private @Nullable Tree tree;
    private String name = "";

    private @Nullable FileSender sender;
    private int status;
    /** Counts the requests: what is found for an earlier one has come too late. */
    private int turn;

    FileResponder(HttpServer server, Answering answer) {
        this.server = server;
        this.directories = server.directories();
        this.answer = answer;
    }

    // ---- a request comes in

    @Override
    public @Nullable Refusal start(Request head, Target target, Snapshot now) {
        if (!head.isHead() && !head.method().equals("GET")) {
            return Refusal.READ_ONLY;
        } else if (head.contentLength() > server.settings().maxContentBytes()) {
            return Refusal.contentTooLarge(server.settings().maxContentBytes());
        }
        Tree asked = now.tree((Target.Directory) target);
        String found = asked.name(head.path(), head.pattern());
        if (found == null) {
            return Refusal.NO_FILE;
        }
        request = head;
        tree = asked;
        name = found;
        status = 0;
        answer.sendContinue();
        return null;
    }

    @Override
    public @Nullable Refusal content(ByteBuf bytes) {
        return null;
    }

    @Override
    public void whole() {
        Request whole = request;
        Tree asked = tree;
        if (whole == null || asked == null) {
            return;
        }
        Wish wish = new Wish(whole);
        Answer known =
                directories.remembered(asked, name, wish, server.fileAnswers().second());
        if (known != null) {
            server.counters().increment(Counter.FILES_FROM_MEMORY);
            reply(known, whole, asked);
            return;
        }
        server.counters().increment(Counter.FILES_FROM_DISK);
        int mine = turn;
        answer.wakeAt(System.nanoTime() + server.settings().times().fileRead().toNanos());
        directories.fetch(asked, name, wish, answer.channel().eventLoop(), found -> onFound(found, mine, whole, asked));
    }

    private void onFound(Answer found, int asking, Request whole, Tree asked) {
        if (asking == turn) {
            reply(found, whole, asked);
        } else if (found instanceof Answer.File file && file.file() != null) {
            file.file().release();
        }
    }

    // ---- the answer

    private void reply(Answer found, Request whole, Tree asked) {
        switch (found) {
            case Answer.File file -> reply(file, asked);
            case Answer.Folder folder -> {
                String query = whole.query() == null ? "" : "?" + whole.query();
                sendWhole(MOVED, server.fileAnswers().folder(answer.channel().alloc(), whole.path(), query, closes()));
            }
            case Answer.Page page ->
                sendWhole(
                        OK, server.fileAnswers().page(answer.channel().alloc(), page.html(), whole.isHead(), closes()));
            case Answer.Nothing nothing -> answer.refuse(Refusal.NO_FILE);
            case Answer.Unavailable unavailable -> answer.refuse(Refusal.FILE_UNAVAILABLE);
        }
    }

    private void reply(Answer.File found, Tree asked) {
        Selection selection = found.selection();
        switch (selection.outcome()) {
            case FAILED -> answer.refuse(Refusal.PRECONDITION_FAILED);
            case UNSATISFIABLE -> answer.refuse(Refusal.notSatisfiable(selection.size()));
            case WHOLE, PARTS, NOT_MODIFIED -> send(found, asked);
        }
    }

    private void send(Answer.File found, Tree asked) {
        Selection selection = found.selection();
        OpenFile file = found.file();
        byte[] content = selection.hasContent() ? found.content() : null;
        if (content != null) {
            sendWhole(
                    selection.status(),
                    server.fileAnswers().whole(answer.channel().alloc(), asked, selection, closes(), content));
            return;
        }
        Body body = Body.of(selection);
        ByteBuf head = server.fileAnswers().head(answer.channel().alloc(), asked, selection, body, closes());
        if (file == null) {
            sendWhole(selection.status(), head);
            return;
        }
        status = selection.status();
        sender = new FileSender(answer, directories, file, body, this::onSentWhole);
        if (answer.send(head)) {
            sender.start(server.settings().times().fileRead());
        }
    }

    /** Whether the answer is to say that the connection ends with it. */
    private boolean closes() {
        return !answer.mayKeep();
    }

    private void sendWhole(int code, ByteBuf bytes) {
        status = code;
        if (answer.send(bytes)) {
            forget();
            answer.finish(code, true);
        }
    }

    private void onSentWhole(boolean complete) {
        forget();
        if (complete) {
            answer.finish(status, true);
        } else {
            answer.cut(status, false, HttpError.FILE_UNAVAILABLE);
        }
    }

    @Override
    public void onSent() {
        if (sender != null) {
            sender.onSent();
        }
    }

    @Override
    public void onDeadline(long now) {
        if (sender != null) {
            onSentWhole(false);
        } else {
            answer.refuse(Refusal.FILE_UNAVAILABLE);
        }
    }

    @Override
    public int status() {
        return status;
    }

    // ---- the end

    private void forget() {
        turn++;
        request = null;
        tree = null;
        if (sender != null) {
            sender.close();
            sender = null;
        }
    }

    @Override
    public void abandon() {
        forget();
    }
}
