package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.MetaData;
import org.jspecify.annotations.Nullable;

/**
 * Makes the octets of one answer (RFC 9112): its head, and its content by length, in chunks, or up to the end of the
 * connection. For one thread after the other.
 */
final class AnswerFraming {
    private static final byte[] NOTHING = new byte[0];

    private final boolean http11;
    private final boolean head;
    private final boolean clientCloses;
    private @Nullable Supplier<HttpFields> trailers;
    private boolean begun;
    private boolean chunked;
    private boolean withoutContent;
    private boolean closes;
    private boolean unbounded;

    /**
     * For the answer to one request.
     *
     * @param http11 whether the client knows chunks
     * @param head whether the method is {@code HEAD}
     * @param clientCloses whether the client does not keep its connection
     */
    AnswerFraming(boolean http11, boolean head, boolean clientCloses) {
        this.http11 = http11;
        this.head = head;
        this.clientCloses = clientCloses;
    }

    /** Whether the head was made. */
    boolean isBegun() {
        return begun;
    }

    /** Whether the connection is to be closed behind the answer. */
    boolean closes() {
        return closes;
    }

    /** Whether only the end of the connection tells where the content ends. */
    boolean isUnbounded() {
        return unbounded;
    }

    /**
     * Makes the next octets, possibly none.
     *
     * @param response with the first ones; alone and again for interim responses (1xx)
     * @param content consumed
     */
    byte[] octets(MetaData.@Nullable Response response, boolean last, ByteBuffer content) {
        if (response != null && HttpStatus.isInformational(response.getStatus())) {
            return interim(response);
        }
        byte[] headOctets = NOTHING;
        if (response != null) {
            headOctets = begin(response, last, content.remaining());
        }
        if (withoutContent) {
            content.position(content.limit());
            return headOctets;
        }
        return join(headOctets, content, last);
    }

    private static byte[] interim(MetaData.Response response) {
        // The broker has sent this one itself.
        if (response.getStatus() == HttpStatus.CONTINUE_100) {
            return NOTHING;
        }
        StringBuilder text = statusLine(response);
        response.getHttpFields().forEach(field -> append(text, field));
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    private byte[] begin(MetaData.Response response, boolean last, int contentLength) {
        begun = true;
        trailers = response.getTrailersSupplier();
        int status = response.getStatus();
        boolean bodiless = status == HttpStatus.NO_CONTENT_204 || status == HttpStatus.NOT_MODIFIED_304;
        withoutContent = head || bodiless;
        HttpFields fields = response.getHttpFields();
        boolean closeWanted =
                clientCloses || !http11 || fields.contains(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString());
        StringBuilder text = statusLine(response);
        boolean lengthTold = status != HttpStatus.NO_CONTENT_204 && !hasTrailers();
        for (HttpField field : fields) {
            HttpHeader header = field.getHeader();
            if (header != HttpHeader.TRANSFER_ENCODING
                    && header != HttpHeader.CONNECTION
                    && (lengthTold || header != HttpHeader.CONTENT_LENGTH)) {
                append(text, field);
            }
        }
        closes = closeWanted;
        if (!bodiless && !(lengthTold && fields.contains(HttpHeader.CONTENT_LENGTH))) {
            frame(text, response, last, contentLength);
        }
        if (closes) {
            text.append("Connection: close\r\n");
        }
        return text.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    /** Says how long the content is, or how its end is known. */
    private void frame(StringBuilder text, MetaData.Response response, boolean last, int contentLength) {
        long known = hasTrailers() ? -1 : response.getContentLength();
        if (known < 0 && last && !hasTrailers() && !(head && contentLength == 0)) {
            known = contentLength;
        }
        if (known >= 0) {
            text.append("Content-Length: ").append(known).append("\r\n");
        } else if (http11) {
            chunked = true;
            text.append("Transfer-Encoding: chunked\r\n");
        } else {
            unbounded = true;
            closes = true;
        }
    }

    /** Only chunks can have some behind them. */
    private boolean hasTrailers() {
        return http11 && trailers != null;
    }

    private byte[] join(byte[] headOctets, ByteBuffer content, boolean last) {
        int length = content.remaining();
        byte[] before = NOTHING;
        byte[] after = NOTHING;
        if (chunked) {
            before = length == 0 ? NOTHING : (Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1);
            after = ((length == 0 ? "" : "\r\n") + (last ? "0\r\n" + trailer() + "\r\n" : "")).getBytes(ISO_8859_1);
        }
        byte[] octets = new byte[headOctets.length + before.length + length + after.length];
        ByteBuffer.wrap(octets).put(headOctets).put(before).put(content).put(after);
        return octets;
    }

    private String trailer() {
        HttpFields fields = trailers == null ? null : trailers.get();
        StringBuilder text = new StringBuilder();
        if (fields != null) {
            fields.forEach(field -> append(text, field));
        }
        return text.toString();
    }

    private static StringBuilder statusLine(MetaData.Response response) {
        String reason =
                response.getReason() == null ? HttpStatus.getMessage(response.getStatus()) : response.getReason();
        return new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(response.getStatus())
                .append(' ')
                .append(printable(reason))
                .append("\r\n");
    }

    private static void append(StringBuilder text, HttpField field) {
        String value = field.getValue();
        text.append(printable(field.getName()))
                .append(": ")
                .append(value == null ? "" : printable(value))
                .append("\r\n");
    }

    /** What would end a line, or is no octet, becomes another character. */
    private static String printable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 0xff || (c < ' ' && c != '\t') || c == 0x7f) {
                return value.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", " ").replaceAll("[^\\x00-\\xff]", "?");
            }
        }
        return value;
    }
}
