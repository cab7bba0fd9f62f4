package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.broker.directory.Body.Piece;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.time.InstantSource;

/**
 * Writes the heads of answers, and contents that are in memory. One per event loop; not to be shared between loops.
 * <pre>
 * HTTP/1.1 200 OK
 * Date: Sun, 06 Nov 1994 08:49:37 GMT
 * Server: Lurcher
 * Content-Type: text/html
 * Content-Length: 13
 * Accept-Ranges: bytes
 * Last-Modified: Sat, 05 Nov 1994 10:00:00 GMT
 * ETag: "8dc5a70a1e4c00-d"
 * </pre>
 * Each answer is a direct buffer that the caller owns.
 */
public final class FileAnswers {
    private static final byte[] WHOLE = line("HTTP/1.1 200 OK");
    private static final byte[] PARTS = line("HTTP/1.1 206 Partial Content");
    private static final byte[] NOT_MODIFIED = line("HTTP/1.1 304 Not Modified");
    private static final byte[] MOVED = line("HTTP/1.1 301 Moved Permanently");
    private static final byte[] CLOSE = line("Connection: close");
    private static final byte[] HTML = line("Content-Type: text/html; charset=utf-8");
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final int HEAD_BYTES = 512;

    private final InstantSource clock;
    private final byte[] server;
    private long second = Long.MIN_VALUE;
    private byte[] date = {};
    private long expiresSecond = Long.MIN_VALUE;
    private byte[] expires = {};

    /**
     * Creates it.
     *
     * @param server value of the Server field
     * @param clock for Date and Expires
     */
    public FileAnswers(String server, InstantSource clock) {
        this.clock = clock;
        this.server = line("Server: " + server);
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(US_ASCII);
    }

    /** The second that it is now, since 1970. */
    public long second() {
        return Math.floorDiv(clock.millis(), 1000L);
    }

    /**
     * An answer 200, 206 or 304 without its content.
     *
     * @param body of an answer 206
     * @param closes whether the connection ends after it
     */
    public ByteBuf head(ByteBufAllocator allocator, Tree tree, Selection selection, Body body, boolean closes) {
        ByteBuf out = allocator.directBuffer(HEAD_BYTES);
        write(out, tree, selection, body, closes);
        return out;
    }

    /** The same with the content, which is in memory. */
    public ByteBuf whole(ByteBufAllocator allocator, Tree tree, Selection selection, boolean closes, byte[] content) {
        Body body = Body.of(selection);
        ByteBuf out = allocator.directBuffer((int) (HEAD_BYTES + body.length()));
        write(out, tree, selection, body, closes);
        for (Piece piece : body.pieces()) {
            ascii(out, piece.before());
            out.writeBytes(content, (int) piece.from(), (int) piece.length());
        }
        ascii(out, body.tail());
        return out;
    }

    private void write(ByteBuf out, Tree tree, Selection selection, Body body, boolean closes) {
        Representation form = selection.form();
        switch (selection.outcome()) {
            case WHOLE -> {
                begin(out, WHOLE);
                out.writeBytes(form.wholeFields());
            }
            case PARTS -> {
                begin(out, PARTS);
                writeParts(out, selection, body);
                length(out, body.length());
                out.writeBytes(form.stateFields());
            }
            case NOT_MODIFIED -> {
                begin(out, NOT_MODIFIED);
                out.writeBytes(form.stateFields());
            }
            case FAILED, UNSATISFIABLE -> throw new IllegalArgumentException("an error is answered elsewhere");
        }
        if (tree.expiresSeconds() > 0) {
            out.writeBytes(expires(tree.expiresSeconds()));
        }
        end(out, closes);
    }

    private static void writeParts(ByteBuf out, Selection selection, Body body) {
        Representation form = selection.form();
        if (selection.ranges().size() == 1) {
            out.writeBytes(form.typeFields());
            ascii(out, "Content-Range: " + Body.contentRange(selection.ranges().get(0), selection.size()) + "\r\n");
        } else {
            ascii(out, "Content-Type: multipart/byteranges; boundary=" + body.boundary() + "\r\n");
            out.writeBytes(form.codingFields());
        }
    }

    /**
     * A redirect to the same path with a slash at its end.
     *
     * @param path as the client sent it
     * @param query likewise, with what stands before it: {@code ?a=b}, or empty
     */
    public ByteBuf folder(ByteBufAllocator allocator, String path, String query, boolean closes) {
        ByteBuf out = allocator.directBuffer(HEAD_BYTES);
        begin(out, MOVED);
        ascii(out, "Location: ");
        // Two slashes at its beginning would make a host of the first segment.
        int from = 0;
        while (from + 1 < path.length() && path.charAt(from) == '/' && path.charAt(from + 1) == '/') {
            from++;
        }
        encoded(out, path.substring(from) + "/" + query);
        out.writeBytes(LINE_END);
        length(out, 0);
        end(out, closes);
        return out;
    }

    /** A page made for this answer. */
    public ByteBuf page(ByteBufAllocator allocator, String html, boolean head, boolean closes) {
        int bytes = ByteBufUtil.utf8Bytes(html);
        ByteBuf out = allocator.directBuffer(HEAD_BYTES + (head ? 0 : bytes));
        begin(out, WHOLE);
        out.writeBytes(HTML);
        length(out, bytes);
        end(out, closes);
        if (!head) {
            ByteBufUtil.writeUtf8(out, html);
        }
        return out;
    }

    private void begin(ByteBuf out, byte[] statusLine) {
        out.writeBytes(statusLine).writeBytes(date()).writeBytes(server);
    }

    private static void length(ByteBuf out, long length) {
        ascii(out, "Content-Length: ");
        ascii(out, Long.toString(length));
        out.writeBytes(LINE_END);
    }

    private static void end(ByteBuf out, boolean closes) {
        if (closes) {
            out.writeBytes(CLOSE);
        }
        out.writeBytes(LINE_END);
    }

    private byte[] date() {
        long now = second();
        if (now != second) {
            second = now;
            date = line("Date: " + HttpTime.text(now));
        }
        return date;
    }

    private byte[] expires(long afterSeconds) {
        long then = second() + afterSeconds;
        if (then != expiresSecond) {
            expiresSecond = then;
            expires = line("Expires: " + HttpTime.text(then));
        }
        return expires;
    }

    private static void ascii(ByteBuf out, CharSequence text) {
        ByteBufUtil.writeAscii(out, text);
    }

    /** A reference in which bytes stand that no URI has are encoded; what is encoded already stays. */
    private static void encoded(ByteBuf out, String reference) {
        for (byte b : reference.getBytes(ISO_8859_1)) {
            if (b > ' ' && b < 0x7f && "\"<>\\^`{|}".indexOf(b) < 0) {
                out.writeByte(b);
            } else {
                ascii(
                        out,
                        "%" + Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16))
                                + Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
    }
}
