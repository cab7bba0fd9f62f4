package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes an upstream's answer anew for a client: its head with framing of our own, and its content in that framing.
 * <p>Thread: any; it keeps nothing.
 */
public final class AnswerLines {
    /** How a client finds the end of an answer. */
    public enum Framing {
        /** There is no content. */
        BARE,
        /** Content-Length. */
        LENGTH,
        /** Chunks. */
        CHUNKED,
        /** The connection's end. */
        UNTIL_CLOSE
    }

    private static final FieldNames DROPPED = FieldNames.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length");

    /** Fields that would mean something else, or nothing, behind the content (RFC 9110, 6.5.1). */
    private static final FieldNames NO_TRAILERS = FieldNames.of(
            "connection",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "content-type",
            "content-encoding",
            "content-range",
            "host",
            "cookie",
            "set-cookie",
            "authorization",
            "www-authenticate",
            "cache-control",
            "expires",
            "location",
            "date",
            "age",
            "vary");

    private static final byte[] PROTOCOL = "HTTP/1.1 ".getBytes(US_ASCII);
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] COLON = {':', ' '};
    private static final byte[] LENGTH = "Content-Length: ".getBytes(US_ASCII);
    private static final byte[] CHUNKED = "Transfer-Encoding: chunked\r\n".getBytes(US_ASCII);
    private static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
    private static final byte[] UPGRADE = "Connection: upgrade\r\nUpgrade: websocket\r\n".getBytes(US_ASCII);
    private static final byte[] DATE = "Date: ".getBytes(US_ASCII);

    private AnswerLines() {}

    /**
     * How to frame an answer.
     *
     * @param toHead   whether the request's method is HEAD
     * @param toHttp10 whether the client speaks HTTP/1.0, which has no chunks
     */
    public static Framing framing(UpstreamHead head, boolean toHead, boolean toHttp10) {
        if (toHead || head.isBare()) {
            return Framing.BARE;
        } else if (head.contentLength() != UpstreamHead.UNKNOWN) {
            return Framing.LENGTH;
        }
        return toHttp10 ? Framing.UNTIL_CLOSE : Framing.CHUNKED;
    }

    /**
     * Writes a head with its empty line.
     *
     * @param close whether the client's connection ends with the answer
     * @param date  the value of Date where the upstream says none
     */
    public static void head(ByteBuf out, UpstreamHead head, Framing framing, boolean close, byte[] date) {
        statusLine(out, head);
        fields(out, head, framing == Framing.CHUNKED);
        if (!head.fields().has("date")) {
            out.writeBytes(DATE).writeBytes(date).writeBytes(CRLF);
        }
        if (framing == Framing.CHUNKED) {
            out.writeBytes(CHUNKED);
        } else if (head.contentLength() != UpstreamHead.UNKNOWN && head.status() != 204) {
            // With HEAD and 304 it tells what would have come.
            out.writeBytes(LENGTH);
            ascii(out, Long.toString(head.contentLength()));
            out.writeBytes(CRLF);
        }
        if (close) {
            out.writeBytes(CLOSE);
        }
        out.writeBytes(CRLF);
    }

    /** Writes an interim head (1xx), which frames nothing; for HTTP/1.1 clients only. */
    public static void interim(ByteBuf out, UpstreamHead head) {
        statusLine(out, head);
        fields(out, head, false);
        out.writeBytes(CRLF);
    }

    /** Writes the head after which client and upstream speak another protocol. */
    public static void switching(ByteBuf out, UpstreamHead head) {
        statusLine(out, head);
        fields(out, head, false);
        out.writeBytes(UPGRADE).writeBytes(CRLF);
    }

    /** Writes the last chunk and the trailer section. */
    public static void lastChunk(ByteBuf out, FieldLines trailers) {
        out.writeByte('0').writeBytes(CRLF);
        for (int i = 0; i < trailers.size(); i++) {
            if (!trailers.isAmong(i, NO_TRAILERS)) {
                field(out, trailers, i);
            }
        }
        out.writeBytes(CRLF);
    }

    private static void statusLine(ByteBuf out, UpstreamHead head) {
        byte[] bytes = head.fields().array();
        out.writeBytes(PROTOCOL).writeBytes(bytes, head.codeStart(), 3);
        out.writeByte(' ');
        out.writeBytes(bytes, head.reasonStart(), head.reasonEnd() - head.reasonStart());
        out.writeBytes(CRLF);
    }

    private static void fields(ByteBuf out, UpstreamHead head, boolean trailersFollow) {
        FieldLines fields = head.fields();
        boolean nominates = fields.has("connection");
        for (int i = 0; i < fields.size(); i++) {
            boolean dropped = fields.isAmong(i, DROPPED)
                    || (!trailersFollow && fields.isNamed(i, "trailer"))
                    || (nominates && fields.isListed(i, "connection"));
            if (!dropped) {
                field(out, fields, i);
            }
        }
    }

    private static void field(ByteBuf out, FieldLines fields, int index) {
        byte[] bytes = fields.array();
        int name = fields.nameStart(index);
        int value = fields.valueStart(index);
        out.writeBytes(bytes, name, fields.nameEnd(index) - name).writeBytes(COLON);
        out.writeBytes(bytes, value, fields.valueEnd(index) - value).writeBytes(CRLF);
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }
}
