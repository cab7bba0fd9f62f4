package dev.lurcher.worker.httpserver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/**
 * The content of one answer: gathered into pieces, framed, sent at the client's pace. RFC 9112, 7.1 where it is chunked. For
 * one thread after the other.
 */
final class AnswerBody extends OutputStream {
    private static final int PIECE_BYTES = 16 * 1024;

    private final Answer answer;
    private final Form form;
    private final byte[] piece = new byte[PIECE_BYTES];
    private final Runnable onWhole;
    private int length;
    private long leftBytes;
    private byte[] head;
    private boolean closed;

    /** How the client knows where the content ends. */
    enum Form {
        LENGTH,
        CHUNKED,
        CONNECTION
    }

    /**
     * Sends nothing yet.
     *
     * @param head status line and fields; sent before the first piece
     * @param leftBytes how long the content is, where that is its form
     * @param onWhole run when the end has been sent
     */
    AnswerBody(Answer answer, byte[] head, Form form, long leftBytes, Runnable onWhole) {
        this.answer = answer;
        this.head = head;
        this.form = form;
        this.leftBytes = leftBytes;
        this.onWhole = onWhole;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, source.length);
        if (count == 0) {
            return;
        }
        if (closed) {
            throw new IOException("stream is closed");
        }
        if (form == Form.LENGTH && count > leftBytes) {
            throw new IOException("too many bytes to write to stream");
        }
        int from = offset;
        int end = offset + count;
        while (from < end) {
            if (length == piece.length) {
                send(false);
            }
            int copied = Math.min(end - from, piece.length - length);
            System.arraycopy(source, from, piece, length, copied);
            length += copied;
            from += copied;
        }
        if (form == Form.LENGTH) {
            leftBytes -= count;
            if (leftBytes == 0) {
                close();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (!closed && (length > 0 || head.length > 0)) {
            send(false);
        }
    }

    /** Sends the end. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        if (form == Form.LENGTH && leftBytes > 0) {
            answer.closeConnection();
            onWhole.run();
            throw new IOException("insufficient bytes written");
        }
        try {
            send(true);
        } finally {
            onWhole.run();
        }
    }

    private void send(boolean last) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(head.length + length + 24);
        octets.writeBytes(head);
        boolean chunk = form == Form.CHUNKED && length > 0;
        if (chunk) {
            octets.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
        }
        octets.write(piece, 0, length);
        if (chunk) {
            octets.writeBytes("\r\n".getBytes(ISO_8859_1));
        }
        if (form == Form.CHUNKED && last) {
            octets.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
        }
        head = new byte[0];
        length = 0;
        if (octets.size() > 0) {
            send(octets.toByteArray());
        }
    }

    private void send(byte[] octets) throws IOException {
        try {
            answer.send(octets).get();
        } catch (ExecutionException e) {
            throw new IOException("nobody is left to send to", e.getCause());
        } catch (IllegalStateException e) {
            throw new IOException("the exchange is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the client was behind");
        }
    }
}
