package dev.lurcher.broker.http;

/**
 * Reads the head of an answer as it comes, in whatever pieces, and remembers of it what decides about framing.
 *
 * <pre>
 * head        = status-line *( name ":" value CRLF ) CRLF                RFC 9112, 4 and 5
 * status-line = "HTTP/1." DIGIT SP 3DIGIT [ SP *( HTAB / SP / VCHAR / obs-text ) ] CRLF
 * </pre>
 *
 * Bare CR, bare LF, folding, control characters and spaces before {@code :} make it {@link Outcome#BAD}: they are how a
 * worker that copies user input into a field would let that user write fields, or a second answer.
 */
final class AnswerHead {
    /** What is known so far. */
    enum Outcome {
        MORE,
        COMPLETE,
        /** Does not begin with {@code HTTP/1.}. */
        NO_HTTP,
        BAD
    }

    private enum State {
        PROTOCOL,
        MINOR,
        SPACE,
        CODE,
        AFTER_CODE,
        REASON,
        START,
        NAME,
        VALUE,
        LIST,
        LF,
        LAST_LF
    }

    private static final byte[] PROTOCOL = {'H', 'T', 'T', 'P', '/', '1', '.'};

    private final FramingFields fields = new FramingFields();
    private Outcome outcome = Outcome.MORE;
    private State state = State.PROTOCOL;
    private int seen;
    private int status;
    private boolean http10;

    /** Makes ready for a head. */
    void start() {
        fields.start();
        outcome = Outcome.MORE;
        state = State.PROTOCOL;
        seen = 0;
        status = 0;
    }

    Outcome outcome() {
        return outcome;
    }

    /** The status code, 100..999. */
    int status() {
        return status;
    }

    boolean isHttp10() {
        return http10;
    }

    FramingFields fields() {
        return fields;
    }

    /**
     * Reads octets until they end or the outcome is known.
     *
     * @return the index behind the last octet that was read
     */
    int read(byte[] a, int from, int to) {
        int i = from;
        while (i < to && outcome == Outcome.MORE) {
            i = switch (state) {
                case PROTOCOL -> protocol(a, i);
                case MINOR -> minor(a, i);
                case SPACE -> space(a, i);
                case CODE -> code(a, i);
                case AFTER_CODE -> afterCode(a, i);
                case REASON -> value(a, i, to);
                case START -> start(a, i);
                case NAME -> name(a, i, to);
                case VALUE -> value(a, i, to);
                case LIST -> list(a, i, to);
                case LF, LAST_LF -> lineFeed(a, i);
            };
        }
        return i;
    }

    private int protocol(byte[] a, int i) {
        if (a[i] != PROTOCOL[seen]) {
            outcome = Outcome.NO_HTTP;
            return i;
        }
        if (++seen == PROTOCOL.length) {
            state = State.MINOR;
        }
        return i + 1;
    }

    private int minor(byte[] a, int i) {
        http10 = a[i] == '0';
        return expect(OctetClass.is(OctetClass.DIGIT, a[i]), State.SPACE, i);
    }

    private int space(byte[] a, int i) {
        seen = 0;
        return expect(a[i] == ' ', State.CODE, i);
    }

    private int code(byte[] a, int i) {
        status = status * 10 + (a[i] - '0');
        boolean digit = OctetClass.is(OctetClass.DIGIT, a[i]) && (seen > 0 || a[i] != '0');
        return expect(digit, ++seen == 3 ? State.AFTER_CODE : State.CODE, i);
    }

    private int afterCode(byte[] a, int i) {
        if (a[i] == '\r') {
            state = State.LF;
            return i + 1;
        }
        return expect(a[i] == ' ', State.REASON, i);
    }

    private int start(byte[] a, int i) {
        if (a[i] == '\r') {
            state = State.LAST_LF;
            return i + 1;
        }
        fields.startName();
        return expect(OctetClass.is(OctetClass.TOKEN, a[i]), State.NAME, i) - 1;
    }

    private int name(byte[] a, int from, int to) {
        int i = from;
        while (i < to && OctetClass.is(OctetClass.TOKEN, a[i])) {
            i++;
        }
        fields.name(a, from, i);
        if (i == to) {
            return i;
        }
        return expect(a[i] == ':', fields.startValue() ? State.LIST : State.VALUE, i);
    }

    private int value(byte[] a, int from, int to) {
        int i = from;
        while (i < to && OctetClass.is(OctetClass.VALUE, a[i])) {
            i++;
        }
        return i < to ? expect(a[i] == '\r', State.LF, i) : i;
    }

    private int list(byte[] a, int from, int to) {
        int i = from;
        while (i < to && OctetClass.is(OctetClass.VALUE, a[i])) {
            fields.value(a[i++]);
        }
        if (i == to) {
            return i;
        }
        fields.endValue();
        return expect(a[i] == '\r', State.LF, i);
    }

    private int lineFeed(byte[] a, int i) {
        if (state == State.LAST_LF && a[i] == '\n') {
            outcome = Outcome.COMPLETE;
            return i + 1;
        }
        return expect(a[i] == '\n', State.START, i);
    }

    private int expect(boolean met, State next, int i) {
        state = next;
        if (!met) {
            outcome = Outcome.BAD;
        }
        return i + 1;
    }
}
