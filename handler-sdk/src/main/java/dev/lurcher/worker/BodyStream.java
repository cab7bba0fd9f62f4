package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Future;

/**
 * The content of one response on its way: gathered into pieces, framed, paced. RFC 9112, 7.1 where it is chunked; the end of
 * the connection ends it otherwise. For one thread.
 */
final class BodyStream extends OutputStream {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] CHUNK_END = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(ISO_8859_1);

    private final Request request;
    private final Pace pace;
    private final boolean chunked;
    /** What may still be written of a content whose length is known; -1 for others. */
    private long leftBytes;

    private final byte[] piece;
    private int length;
    /** Sent before the first piece; then empty. */
    private byte[] head;

    /**
     * For one response.
     *
     * @param head status line and fields
     * @param lengthBytes of the content; -1 where its end will tell
     */
    BodyStream(Request request, Pace pace, byte[] head, long lengthBytes) {
        this.request = request;
        this.pace = pace;
        this.head = head;
        this.leftBytes = lengthBytes;
        this.chunked = lengthBytes < 0 && request.version().equals("HTTP/1.1");
        this.piece = new byte[pace.pieceBytes()];
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, source.length);
        if (leftBytes >= 0) {
            if (count > leftBytes) {
                throw new IOException("more content than was announced");
            }
            leftBytes -= count;
        }
        int from = offset;
        int end = offset + count;
        while (from < end) {
            if (length == piece.length) {
                send(NOTHING);
            }
            int copied = Math.min(end - from, piece.length - length);
            System.arraycopy(source, from, piece, length, copied);
            length += copied;
            from += copied;
        }
    }

    @Override
    public void flush() throws IOException {
        if (length > 0 || head.length > 0) {
            send(NOTHING);
        }
    }

    /** Has events written as the content, with a heartbeat. */
    void events(EventWriter writer) throws Exception {
        EventStream events = new EventStream(this, Duration.ofSeconds(EventStream.HEARTBEAT_SECONDS));
        events.open();
        Future<?> beat = request.connection().streams().eachSecond(events::beat);
        try {
            writer.write(events);
        } finally {
            beat.cancel(false);
            events.end();
        }
    }

    Pace pace() {
        return pace;
    }

    /** Sends what is left, and the end of the content where it has one. */
    void finish() throws IOException {
        if (leftBytes > 0) {
            throw new IOException("the content ends " + leftBytes + " bytes short of what was announced");
        }
        if (length > 0 || head.length > 0 || chunked) {
            send(chunked ? LAST_CHUNK : NOTHING);
        }
    }

    private void send(byte[] end) throws IOException {
        boolean wrapped = chunked && length > 0;
        byte[] size = wrapped ? (Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1) : NOTHING;
        byte[] sizeEnd = wrapped ? CHUNK_END : NOTHING;
        byte[] content = Arrays.copyOf(piece, length);
        try {
            pace.take(head.length + size.length + length + sizeEnd.length + end.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client of " + request + " was behind");
        }
        request.send(head, size, content, sizeEnd, end);
        head = NOTHING;
        length = 0;
    }
}
