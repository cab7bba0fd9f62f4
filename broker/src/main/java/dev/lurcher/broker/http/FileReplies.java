package dev.lurcher.broker.http;

import dev.lurcher.broker.directory.Body;
import dev.lurcher.broker.directory.Body.Piece;
import dev.lurcher.broker.directory.SentFiles;
import dev.lurcher.broker.directory.SentFiles.Sent;
import dev.lurcher.protocol.ExtendedReply.SendFile;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The side of a {@link HandlerResponder} that sends files for workers, in their place among what else they send to the client:
 * that waits while a file is on its way, and counts against {@code limits.pending_bytes}.
 * <p>Thread: the connection's event loop.
 */
final class FileReplies {
    private static final Logger LOG = LoggerFactory.getLogger(FileReplies.class);

    private record Close() {}

    private final HandlerResponder responder;
    private final HttpServer server;
    private final AnswerRecogniser recogniser;

    private final Queue<Object> behind = new ArrayDeque<>();
    private long behindBytes;
    private boolean opening;
    private boolean surplus;
    private @Nullable FileSender sender;
    /** Counts the answers: what is opened for an earlier one has come too late. */
    private int turn;

    FileReplies(HandlerResponder responder, HttpServer server, AnswerRecogniser recogniser) {
        this.responder = responder;
        this.server = server;
        this.recogniser = recogniser;
    }

    /** Whether a file is on its way, so that everything else must wait. */
    boolean isBusy() {
        return opening || sender != null;
    }

    /** Sends a file, once those before it are sent. */
    void send(SendFile asked) {
        if (isBusy()) {
            behind.add(asked);
            return;
        }
        SentFiles files = server.directories().sentFiles();
        if (!files.isAny()) {
            fail("sendfile.base names no folder from which files may be sent");
            return;
        }
        int mine = turn;
        Answering answer = responder.answer();
        opening = true;
        answer.wakeAt(System.nanoTime() + server.settings().times().fileRead().toNanos());
        files.open(asked.path(), answer.channel().eventLoop(), opened -> onOpened(opened, mine));
    }

    private void onOpened(Optional<Sent> opened, int asking) {
        if (asking != turn) {
            opened.ifPresent(sent -> sent.file().release());
            return;
        }
        opening = false;
        if (opened.isEmpty()) {
            fail("there is no such file below sendfile.base");
            return;
        }
        Sent sent = opened.get();
        long length = recogniser.skip(sent.length());
        if (length < 0) {
            sent.file().release();
            fail("a file must be content whose length is told or that ends with the connection");
        } else if (length == 0) {
            sent.file().release();
            surplus = sent.length() > 0;
            next();
        } else {
            surplus = sent.length() > length;
            Body body = new Body(List.of(new Piece("", 0, length)), "", "");
            sender = new FileSender(responder.answer(), server.directories(), sent.file(), body, this::onEnd);
            sender.start(server.settings().times().fileRead());
        }
    }

    private void onEnd(boolean complete) {
        if (sender != null) {
            sender.close();
            sender = null;
        }
        if (complete) {
            next();
        } else {
            fail("it has become shorter, or cannot be read");
        }
    }

    /** A file that a worker wants sent cannot be: without it the answer would be another. */
    void fail(String why) {
        LOG.warn(
                "handler {}: a file is not sent, and its client's connection closed: {}", responder.handlerName(), why);
        responder.drop();
    }

    private void next() {
        int mine = turn;
        responder.onFileSent(surplus);
        while (mine == turn && !isBusy() && !behind.isEmpty()) {
            Object what = behind.remove();
            if (what instanceof ByteBuf bytes) {
                behindBytes -= bytes.readableBytes();
                try {
                    responder.onReply(bytes, bytes.readerIndex(), bytes.readableBytes());
                } finally {
                    bytes.release();
                }
            } else if (what instanceof SendFile file) {
                send(file);
            } else {
                responder.onCloseAsked();
            }
        }
    }

    /** Keeps what came behind a file, and takes it over; a client that is too far behind is given up. */
    void keep(ByteBuf bytes) {
        if (behindBytes + bytes.readableBytes() > server.settings().maxPendingBytes()) {
            bytes.release();
            responder.answer().giveUpClient();
        } else {
            behindBytes += bytes.readableBytes();
            behind.add(bytes);
        }
    }

    /** Keeps a wish to close that came behind a file. */
    void keepClose() {
        behind.add(new Close());
    }

    void onSent() {
        if (sender != null) {
            sender.onSent();
        }
    }

    /** The answer is over: lets go of everything. */
    void clear() {
        turn++;
        opening = false;
        if (sender != null) {
            sender.close();
            sender = null;
        }
        while (!behind.isEmpty()) {
            if (behind.remove() instanceof ByteBuf bytes) {
                bytes.release();
            }
        }
        behindBytes = 0;
    }
}
