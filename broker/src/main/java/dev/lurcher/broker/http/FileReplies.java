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

/**
 * Files that workers have sent to one client, in their place among what else workers send to it: that waits while a file is on
 * its way, and counts against {@code limits.pending_bytes}.
 * <p>Thread: the connection's event loop.
 */
final class FileReplies {
    /** What of an answer a file becomes part of. */
    interface Taker {
        /**
         * A file is to be sent next.
         *
         * @return how many of its bytes belong to the answer; negative where it has no place there
         */
        long onFile(long length);

        /** All that waited is to be taken up, in order: bytes. They are the caller's. */
        void onBytes(ByteBuf bytes);

        /** The same: a wish to close. */
        void onClose();

        /**
         * The bytes of a file that belong to the answer have been handed to the client.
         *
         * @param surplus whether it has more
         */
        void onFileSent(boolean surplus);

        /** A file cannot be sent; the connection cannot go on. */
        void onNoFile(String why);
    }

    private record Close() {}

    private final HttpServer server;
    private final Answering answer;
    private final Taker taker;

    private final Queue<Object> behind = new ArrayDeque<>();
    private long behindBytes;
    private boolean opening;
    private boolean surplus;
    private @Nullable FileSender sender;
    /** Counts the answers: what is opened for an earlier one has come too late. */
    private int turn;

    FileReplies(HttpServer server, Answering answer, Taker taker) {
        this.server = server;
        this.answer = answer;
        this.taker = taker;
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
            taker.onNoFile("sendfile.base names no folder from which files may be sent");
            return;
        }
        int mine = turn;
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
            taker.onNoFile("there is no such file below sendfile.base");
            return;
        }
        Sent sent = opened.get();
        long length = taker.onFile(sent.length());
        if (length < 0) {
            sent.file().release();
            taker.onNoFile("a file must be content whose length is told or that ends with the connection");
        } else if (length == 0) {
            sent.file().release();
            surplus = sent.length() > 0;
            next();
        } else {
            surplus = sent.length() > length;
            Body body = new Body(List.of(new Piece("", 0, length)), "", "");
            sender = new FileSender(answer, server.directories(), sent.file(), body, this::onEnd);
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
            taker.onNoFile("it has become shorter, or cannot be read");
        }
    }

    private void next() {
        int mine = turn;
        taker.onFileSent(surplus);
        while (mine == turn && !isBusy() && !behind.isEmpty()) {
            Object what = behind.remove();
            if (what instanceof ByteBuf bytes) {
                behindBytes -= bytes.readableBytes();
                try {
                    taker.onBytes(bytes);
                } finally {
                    bytes.release();
                }
            } else if (what instanceof SendFile file) {
                send(file);
            } else {
                taker.onClose();
            }
        }
    }

    /**
     * Keeps what came behind a file.
     *
     * @param bytes passes into ownership
     * @return false when the client is too far behind, and they were not kept
     */
    boolean keep(ByteBuf bytes) {
        if (behindBytes + bytes.readableBytes() > server.settings().maxPendingBytes()) {
            bytes.release();
            return false;
        }
        behindBytes += bytes.readableBytes();
        behind.add(bytes);
        return true;
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
