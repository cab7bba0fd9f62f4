package dev.lurcher.broker.http;

import dev.lurcher.broker.directory.Body;
import dev.lurcher.broker.directory.Body.Piece;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.directory.OpenFile;
import dev.lurcher.broker.loop.Deadlines;
import io.netty.buffer.ByteBufUtil;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Sends the content of one answer from an open file: part by part, each brought into the system's cache before, while the one
 * before it is on its way. What a file no longer has ends the answer early. Parts grow as the client takes them: for one that
 * does not, little is read.
 * <p>Thread: the connection's event loop.
 */
final class FileSender {
    private static final long FIRST_PART_BYTES = 256 << 10;
    private static final long MOST_PART_BYTES = 1 << 20;

    private final Answering answer;
    private final Directories directories;
    private final OpenFile file;
    private final Body body;
    private final Consumer<Boolean> end;
    private long waitNanos;

    private long partBytes = FIRST_PART_BYTES;
    private int pieceIndex;
    /** Bytes of the piece that were sent. */
    private long done;
    /** Bytes of the next part, which is in the system's cache; 0 while it is not, or there is none. */
    private long ready;

    private boolean begun;
    private boolean closed;

    /**
     * Creates it.
     *
     * @param file taken over
     * @param body at least one piece of at least one byte
     * @param end hears once whether all was sent; not after {@link #close}
     */
    FileSender(Answering answer, Directories directories, OpenFile file, Body body, Consumer<Boolean> end) {
        this.answer = answer;
        this.directories = directories;
        this.file = file;
        this.body = body;
        this.end = end;
    }

    /** @param most how long to wait for the disk each time */
    void start(Duration most) {
        waitNanos = most.toNanos();
        warmNext();
    }

    void onSent() {
        if (closed || !answer.isWritable()) {
            return;
        } else if (ready > 0) {
            sendPart();
        } else if (pieceIndex == body.pieces().size()) {
            sendTail();
        }
    }

    private void warmNext() {
        Piece piece = body.pieces().get(pieceIndex);
        long length = Math.min(partBytes, piece.length() - done);
        answer.wakeAt(System.nanoTime() + waitNanos);
        directories.warm(file, piece.from() + done, length, answer.channel().eventLoop(), there -> {
            if (!closed) {
                onWarm(length, there);
            }
        });
    }

    private void onWarm(long length, boolean there) {
        if (!there) {
            end.accept(false);
            return;
        }
        answer.wakeAt(Deadlines.NONE);
        ready = length;
        onSent();
    }

    private void sendPart() {
        Piece piece = body.pieces().get(pieceIndex);
        if (done == 0 && !piece.before().isEmpty() && !send(piece.before())) {
            return;
        }
        long from = piece.from() + done;
        long length = ready;
        ready = 0;
        if (begun) {
            // The part before this one has left.
            partBytes = Math.min(MOST_PART_BYTES, partBytes * 2);
        }
        begun = true;
        done += length;
        if (done == piece.length()) {
            pieceIndex++;
            done = 0;
        }
        if (answer.send(file.part(from, length)) && pieceIndex < body.pieces().size()) {
            warmNext();
        }
    }

    private void sendTail() {
        if (body.tail().isEmpty() || send(body.tail())) {
            end.accept(true);
        }
    }

    private boolean send(String ascii) {
        return answer.send(ByteBufUtil.writeAscii(answer.channel().alloc(), ascii));
    }

    /** Lets go of the file. */
    void close() {
        if (!closed) {
            closed = true;
            file.release();
        }
    }
}
