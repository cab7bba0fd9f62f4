package dev.lurcher.broker.http;

/**
 * Checks a request line.
 *
 * <pre>
 * request-line = [ CRLF ] method SP target SP version CRLF     exactly one space each
 * method       = 1*32tchar                                     RFC 9110, 9.1: case matters, any token is a method
 * target       = 1*( URI character / "%" HEXDIG HEXDIG )       at most one "#"; the forms are told apart later
 * version      = "HTTP/1.1" / "HTTP/1.0"                       any other HTTP/d.d is refused with 505
 *
 *   START --> METHOD --> TARGET --> VERSION --> LF --> complete
 *     |  ^               |    ^
 *     v  |               v    |
 *   EMPTY_LF             PERCENT
 * </pre>
 */
final class RequestLineCheck extends OctetCheck {
    private static final int METHOD_BYTES = 32;
    private static final int VERSION_BYTES = 8;
    private static final long HTTP_1_1 = word("HTTP/1.1");
    private static final long HTTP_1_0 = word("HTTP/1.0");
    private static final long HTTP_ANY = word("HTTP/0.0");
    private static final int MAJOR_SHIFT = 16;
    private static final long DIGIT_BITS = 0x0f;
    private static final long VERSION_DIGITS = DIGIT_BITS << MAJOR_SHIFT | DIGIT_BITS;
    private static final int HEAD = (int) word("HEAD");
    private static final byte TLS_HANDSHAKE = 0x16;

    private enum State {
        START,
        EMPTY_LF,
        METHOD,
        TARGET,
        PERCENT,
        VERSION,
        LF
    }

    private final int lineBytes;
    private final int targetClasses;

    private State state = State.START;
    private boolean emptyLine;
    /** Offset of the first octet past the limit; the CR may stand there. */
    private int limit;
    /** Offset at which the present part begins. */
    private int partStart;
    /** The latest octets of the method or of the version; how many digits must follow after {@code %}. */
    private long word;

    private int question;
    private int hash;
    private boolean brackets;
    private boolean head;
    private boolean http10;

    /**
     * @param lineBytes longest line without its CRLF
     * @param relaxed whether <code>{ } ^</code> may stand in the target
     */
    RequestLineCheck(int lineBytes, boolean relaxed) {
        this.lineBytes = lineBytes;
        targetClasses = relaxed ? OctetClass.TARGET | OctetClass.RELAXED : OctetClass.TARGET;
        start();
    }

    @Override
    void start() {
        super.start();
        state = State.START;
        emptyLine = false;
        question = -1;
        hash = -1;
        brackets = false;
        head = false;
    }

    /** Where the first {@code ?} before any {@code #} stands in the target, or -1. */
    int question() {
        return question;
    }

    /** Where {@code #} stands in the target, or -1. */
    int hash() {
        return hash;
    }

    /** Whether the target holds {@code [} or {@code ]}, which only a host may. */
    boolean hasBrackets() {
        return brackets;
    }

    /** Whether the method is HEAD. */
    boolean isHead() {
        return head;
    }

    /** Whether the version is 1.0; else it is 1.1. */
    boolean isHttp10() {
        return http10;
    }

    boolean begun() {
        return state != State.START && state != State.EMPTY_LF;
    }

    boolean hasOnlyEmptyLine() {
        return state == State.START && emptyLine;
    }

    @Override
    int read(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isComplete() && refusal() == null) {
            int end = Math.min(to, index(limit));
            if (i >= end && begun() && state != State.LF) {
                if (state != State.VERSION || a[i] != '\r') {
                    String detail = "the request line is longer than " + lineBytes + " bytes";
                    return refuse(HttpError.URI_TOO_LONG, detail, i);
                }
                end = i + 1;
            }
            i = switch (state) {
                case START -> start(a, i);
                case METHOD -> method(a, i, end);
                case TARGET -> target(a, i, end);
                case PERCENT -> percent(a, i, end);
                case VERSION -> version(a, i, end);
                case EMPTY_LF, LF -> lineFeed(a, i);
            };
        }
        return i;
    }

    private int start(byte[] a, int i) {
        byte octet = a[i];
        if (OctetClass.is(OctetClass.TOKEN, octet)) {
            state = State.METHOD;
            partStart = offset(i);
            limit = partStart + lineBytes;
            word = 0;
            return i;
        }
        if (octet == '\r' && !emptyLine) {
            state = State.EMPTY_LF;
            emptyLine = true;
            return i + 1;
        }
        if (octet == TLS_HANDSHAKE && !emptyLine) {
            return refuse(HttpError.BAD_REQUEST, "TLS was spoken to a port that speaks plain HTTP", i);
        }
        return misplaced(a, i, "at the beginning of the request line");
    }

    private int method(byte[] a, int from, int to) {
        int i = from;
        int end = Math.min(to, index(partStart + METHOD_BYTES + 1));
        while (i < end && OctetClass.is(OctetClass.TOKEN, a[i])) {
            word = word << 8 | a[i++];
        }
        int length = offset(i) - partStart;
        if (length > METHOD_BYTES) {
            return refuse(HttpError.NOT_IMPLEMENTED, "the method is longer than " + METHOD_BYTES + " bytes", i);
        }
        if (i == to) {
            return i;
        }
        if (a[i] != ' ') {
            return misplaced(a, i, "in the method");
        }
        head = length == 4 && (int) word == HEAD;
        state = State.TARGET;
        partStart = offset(i + 1);
        return i + 1;
    }

    private int target(byte[] a, int from, int to) {
        int i = from;
        int classes = targetClasses;
        while (i < to && OctetClass.is(classes, a[i])) {
            i++;
        }
        return i < to ? targetDelimiter(a, i) : i;
    }

    private int targetDelimiter(byte[] a, int i) {
        byte octet = a[i];
        int at = offset(i) - partStart;
        if (octet == ' ' && at > 0) {
            state = State.VERSION;
            partStart = offset(i + 1);
            word = 0;
        } else if (octet == '%') {
            state = State.PERCENT;
            word = 2;
        } else if (octet == '?') {
            if (question < 0 && hash < 0) {
                question = at;
            }
        } else if (octet == '#' && hash < 0) {
            hash = at;
        } else if (octet == '[' || octet == ']') {
            brackets = true;
        } else {
            return misplaced(a, i, "in the request target");
        }
        return i + 1;
    }

    private int percent(byte[] a, int from, int to) {
        int i = from;
        while (i < to && word > 0 && OctetClass.is(OctetClass.HEX, a[i])) {
            i++;
            word--;
        }
        if (word == 0) {
            state = State.TARGET;
        } else if (i < to) {
            return misplaced(a, i, "after % in the request target");
        }
        return i;
    }

    private int version(byte[] a, int from, int to) {
        int i = from;
        while (i < to && a[i] != '\r') {
            if (offset(i) - partStart >= VERSION_BYTES || !OctetClass.is(OctetClass.VALUE, a[i])) {
                return misplaced(a, i, "in the HTTP version");
            }
            word = word << 8 | (a[i++] & 0xff);
        }
        return i < to ? endOfVersion(i) : i;
    }

    private int endOfVersion(int i) {
        state = State.LF;
        http10 = word == HTTP_1_0;
        if (http10 || word == HTTP_1_1) {
            return i + 1;
        }
        boolean isVersion = (word & ~VERSION_DIGITS) == HTTP_ANY
                && (word & DIGIT_BITS) <= 9
                && (word >> MAJOR_SHIFT & DIGIT_BITS) <= 9;
        return isVersion
                ? refuse(HttpError.VERSION_NOT_SUPPORTED, "this server speaks HTTP/1.1 and HTTP/1.0", i)
                : refuse(HttpError.BAD_REQUEST, "the request line does not end with an HTTP version", i);
    }

    private int lineFeed(byte[] a, int i) {
        if (a[i] != '\n') {
            return misplaced(a, i, "after a carriage return");
        }
        if (state == State.EMPTY_LF) {
            state = State.START;
        } else {
            complete();
        }
        return i + 1;
    }

    private static long word(String text) {
        long word = 0;
        for (int i = 0; i < text.length(); i++) {
            word = word << 8 | text.charAt(i);
        }
        return word;
    }
}
