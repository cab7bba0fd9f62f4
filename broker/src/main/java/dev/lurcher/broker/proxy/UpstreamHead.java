package dev.lurcher.broker.proxy;

/**
 * The checked head of an upstream's answer, and what follows from it about the content (RFC 9112, 6.3).
 *
 * <pre> status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP *( HTAB / SP / VCHAR / obs-text ) ] CRLF </pre>
 *
 * Read strictly: where two readers could find two different ends, there is no answer. Immutable.
 */
public final class UpstreamHead {
    /** {@link #contentLength} where the upstream says none. */
    static final long UNKNOWN = -1;

    private static final String PROTOCOL = "HTTP/1.";
    private static final int MINOR = PROTOCOL.length();
    private static final int CODE = MINOR + 2;
    private static final int AFTER_CODE = CODE + 3;
    private static final int LENGTH_DIGITS = 18;

    private final FieldLines fields;
    private final int status;
    private final boolean http10;
    private final int reasonEnd;
    private final long contentLength;
    private final boolean chunked;

    private UpstreamHead(FieldLines fields, int reasonEnd) {
        byte[] bytes = fields.array();
        this.fields = fields;
        this.reasonEnd = reasonEnd;
        http10 = bytes[MINOR] == '0';
        status = (bytes[CODE] - '0') * 100 + (bytes[CODE + 1] - '0') * 10 + bytes[CODE + 2] - '0';
        contentLength = contentLength(fields);
        chunked = isChunked(fields);
        if (chunked && (http10 || contentLength != UNKNOWN)) {
            throw UpstreamException.bad("the framing of the answer is ambiguous");
        }
    }

    /**
     * Reads a head.
     *
     * @param bytes the whole head with its empty line; belongs to the head from now on
     * @throws UpstreamException BAD_ANSWER
     */
    static UpstreamHead read(byte[] bytes) {
        int end = reasonEnd(bytes);
        return new UpstreamHead(FieldLines.read(bytes, end + 2), end);
    }

    /** Whether bytes can still become a head: for telling early what is none. */
    static boolean mayBegin(byte octet, int place) {
        return place >= PROTOCOL.length() || octet == PROTOCOL.charAt(place);
    }

    /** Checks the status line; where it ends, without its CRLF. */
    private static int reasonEnd(byte[] bytes) {
        boolean sound = bytes.length > AFTER_CODE + 1;
        for (int i = 0; sound && i < AFTER_CODE; i++) {
            sound = i < MINOR
                    ? mayBegin(bytes[i], i)
                    : i == MINOR + 1 ? bytes[i] == ' ' : Octets.isDigit(bytes[i]) && !(i == CODE && bytes[i] == '0');
        }
        if (!sound || (bytes[AFTER_CODE] != ' ' && bytes[AFTER_CODE] != '\r')) {
            throw UpstreamException.bad("the status line of the answer is malformed");
        }
        int end = AFTER_CODE;
        while (Octets.isValue(bytes[end])) {
            end++;
        }
        if (bytes[end] != '\r' || bytes[end + 1] != '\n') {
            throw UpstreamException.bad("the status line of the answer is malformed");
        }
        return end;
    }

    /** One line of one number; there are readers for which {@code 5, 5} or {@code 05} is something else. */
    private static long contentLength(FieldLines fields) {
        long length = UNKNOWN;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.isNamed(i, "content-length")) {
                if (length != UNKNOWN) {
                    throw UpstreamException.bad("the answer has two Content-Length fields");
                }
                length = number(fields.array(), fields.valueStart(i), fields.valueEnd(i));
            }
        }
        return length;
    }

    private static long number(byte[] bytes, int from, int to) {
        long number = 0;
        boolean sound = to > from && to - from <= LENGTH_DIGITS;
        for (int i = from; sound && i < to; i++) {
            sound = Octets.isDigit(bytes[i]);
            number = number * 10 + bytes[i] - '0';
        }
        if (!sound) {
            throw UpstreamException.bad("the Content-Length of the answer is malformed");
        }
        return number;
    }

    /** {@code chunked} and nothing else: no other coding was asked for, so none may be there. */
    private static boolean isChunked(FieldLines fields) {
        boolean chunked = false;
        for (int i = 0; i < fields.size(); i++) {
            if (fields.isNamed(i, "transfer-encoding")) {
                if (chunked || !Octets.same(fields.array(), fields.valueStart(i), fields.valueEnd(i), "chunked")) {
                    throw UpstreamException.bad("the Transfer-Encoding of the answer is not chunked");
                }
                chunked = true;
            }
        }
        return chunked;
    }

    /** The status code, 100..999. */
    public int status() {
        return status;
    }

    /** Whether it is interim: another head follows. 101 is not, for HTTP ends with it. */
    public boolean isInterim() {
        return status < 200 && status != 101;
    }

    /** Its fields, all of them. */
    public FieldLines fields() {
        return fields;
    }

    /** Bytes of content that it announces, or {@link #UNKNOWN}. */
    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return chunked;
    }

    /** Whether an answer with this status has no content whatever its fields say. */
    boolean isBare() {
        return status < 200 || status == 204 || status == 304;
    }

    /** Whether its end is where the connection ends, if there is content at all. */
    boolean isUntilClose() {
        return !chunked && contentLength == UNKNOWN;
    }

    /** Whether the upstream will take another request on this connection. */
    boolean keepsConnection() {
        // Fields of content where there can be none: some send the content all the same.
        boolean odd = (status == 204 && (chunked || contentLength > 0)) || (status == 304 && chunked);
        return !http10 && !odd && !fields.lists("connection", "close");
    }

    /** Where the reason phrase begins, after its space; equal to its end where there is none. */
    int reasonStart() {
        return Math.min(AFTER_CODE + 1, reasonEnd);
    }

    int reasonEnd() {
        return reasonEnd;
    }

    /** Where the three digits of the status begin. */
    int codeStart() {
        return CODE;
    }
}
