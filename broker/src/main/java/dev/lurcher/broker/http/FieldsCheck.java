package dev.lurcher.broker.http;

/**
 * Checks the field lines of a head, or of a trailer section, up to the empty line that ends them.
 *
 * <pre>
 * fields = *( name ":" value CRLF ) CRLF     RFC 9112, 5; no white space around the name, no folding (5.2)
 * name   = 1*tchar
 * value  = *( HTAB / SP / VCHAR / %x80-FF )
 *
 *     +--> START --> NAME --> VALUE --> LF --+
 *     |      |                               |
 *     |      +--> LAST_LF --> complete       |
 *     +--------------------------------------+
 * </pre>
 */
final class FieldsCheck extends OctetCheck {
    private enum State {
        START,
        NAME,
        VALUE,
        LF,
        LAST_LF
    }

    private final int mostFields;
    private final int mostBytes;
    private final HttpError tooMany;
    private final HttpError tooLong;

    private State state = State.START;
    private int count;
    /** Offset of the first octet past the limit; the empty line may stand there. */
    private int limit = -1;

    private FieldsCheck(int mostFields, int mostBytes, HttpError tooMany, HttpError tooLong) {
        this.mostFields = mostFields;
        this.mostBytes = mostBytes;
        this.tooMany = tooMany;
        this.tooLong = tooLong;
    }

    static FieldsCheck ofHead(HttpLimits limits) {
        return new FieldsCheck(
                limits.fieldCount(), limits.headerBytes(), HttpError.TOO_MANY_FIELDS, HttpError.HEADER_TOO_LARGE);
    }

    /**
     * @param mostFields most field lines
     * @param mostBytes all field lines with their CRLFs, 0..2^30
     */
    static FieldsCheck ofTrailers(int mostFields, int mostBytes) {
        return new FieldsCheck(mostFields, mostBytes, HttpError.BAD_REQUEST, HttpError.BAD_REQUEST);
    }

    @Override
    void start() {
        super.start();
        state = State.START;
        count = 0;
        limit = -1;
    }

    /** How many field lines there are. */
    int count() {
        return count;
    }

    @Override
    int read(byte[] a, int from, int to) {
        if (limit < 0) {
            limit = offset(from) + mostBytes;
        }
        int i = from;
        while (i < to && !isComplete() && refusal() == null) {
            int end = Math.min(to, index(limit));
            if (i >= end && state != State.LAST_LF && !(state == State.START && a[i] == '\r')) {
                return refuse(tooLong, "the header or trailer fields are longer than " + mostBytes + " bytes", i);
            }
            i = switch (state) {
                case START -> start(a, i);
                case NAME -> name(a, i, end);
                case VALUE -> value(a, i, end);
                case LF, LAST_LF -> lineFeed(a, i);
            };
        }
        return i;
    }

    private int start(byte[] a, int i) {
        byte octet = a[i];
        if (octet == '\r') {
            state = State.LAST_LF;
            return i + 1;
        }
        if (!OctetClass.is(OctetClass.TOKEN, octet)) {
            boolean blank = octet == ' ' || octet == '\t';
            return misplaced(a, i, blank ? "at the beginning of a field line (folding)" : "in a field name");
        }
        if (++count > mostFields) {
            return refuse(tooMany, "there are more than " + mostFields + " field lines", i);
        }
        state = State.NAME;
        return i + 1;
    }

    private int name(byte[] a, int from, int to) {
        int i = from;
        while (i < to && OctetClass.is(OctetClass.TOKEN, a[i])) {
            i++;
        }
        if (i == to) {
            return i;
        }
        if (a[i] != ':') {
            return misplaced(a, i, "in a field name");
        }
        state = State.VALUE;
        return i + 1;
    }

    private int value(byte[] a, int from, int to) {
        int i = from;
        while (i < to && OctetClass.is(OctetClass.VALUE, a[i])) {
            i++;
        }
        if (i == to) {
            return i;
        }
        if (a[i] != '\r') {
            return misplaced(a, i, "in a field value");
        }
        state = State.LF;
        return i + 1;
    }

    private int lineFeed(byte[] a, int i) {
        if (a[i] != '\n') {
            return misplaced(a, i, "after a carriage return");
        }
        if (state == State.LAST_LF) {
            complete();
        }
        state = State.START;
        return i + 1;
    }
}
