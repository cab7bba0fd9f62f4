package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;

/**
 * Checks a message of a JSON or XML socket, which may stand wherever a request may begin.
 *
 * <pre>
 * json = "@" path SP "{" *OCTET "}" NUL                            ends at the first "}" that a NUL follows
 * path = relative-part                                             RFC 3986, 4.2
 * xml  = "&lt;" 1*( ALPHA / DIGIT / "-" / "." ) ( "/" / WS / "&gt;" ) *OCTET "&gt;" NUL
 *                                                                  ends at the first "&gt;" after the tag that a NUL follows
 *
 *   START --> PATH --> BRACE --> BODY --> complete
 *     |       ^  |               ^
 *     |       |  v               |
 *     |      PERCENT             |
 *     +-----> TAG ---------------+
 * </pre>
 */
final class MessageCheck extends OctetCheck {
    private enum State {
        START,
        PATH,
        PERCENT,
        BRACE,
        TAG,
        BODY
    }

    private final int mostBytes;
    private State state = State.START;
    private boolean xml;
    private int pathLength;
    /** Hexadecimal digits that must follow. */
    private int digits;
    /** Whether a colon may stand here: anywhere but in a first segment that no slash precedes. */
    private boolean colons;
    /** Whether the octet before was the one that closes the message. */
    private boolean closed;

    /** @param mostBytes longest message, its NUL included */
    MessageCheck(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Whether a message begins with this octet. */
    static boolean begins(byte octet) {
        return octet == '@' || octet == '<';
    }

    @Override
    void start() {
        super.start();
        state = State.START;
        closed = false;
        colons = false;
    }

    /** Takes a complete message out of the buffer, and makes ready for the next. */
    SocketMessage take(ByteBuf in, int length) {
        int from = in.readerIndex();
        String path = in.toString(from, pathLength, ISO_8859_1);
        int skipped = xml ? 0 : pathLength + 1;
        byte[] content = new byte[length - 1 - skipped];
        in.getBytes(from + skipped, content);
        in.skipBytes(length);
        start();
        return new SocketMessage(xml ? SocketMessage.Kind.XML : SocketMessage.Kind.JSON, path, content);
    }

    @Override
    int read(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isComplete() && refusal() == null) {
            if (offset(i) >= mostBytes) {
                String detail = "the message is longer than " + mostBytes + " bytes (limits.socket_message)";
                return refuse(HttpError.BAD_REQUEST, detail, i);
            }
            i = switch (state) {
                case START -> begin(a, i);
                case PATH -> path(a, i);
                case PERCENT -> percent(a, i);
                case BRACE -> brace(a, i);
                case TAG -> tag(a, i);
                case BODY -> body(a, i, Math.min(to, index(mostBytes)));
            };
        }
        return i;
    }

    private int begin(byte[] a, int i) {
        xml = a[i] == '<';
        state = xml ? State.TAG : State.PATH;
        return i + 1;
    }

    private int path(byte[] a, int i) {
        byte octet = a[i];
        if (octet == ' ') {
            pathLength = offset(i);
            state = State.BRACE;
        } else if (octet == '%') {
            state = State.PERCENT;
            digits = 2;
        } else if (octet == '/') {
            colons = true;
        } else if (!OctetClass.is(OctetClass.TARGET, octet) || (octet == ':' && !colons)) {
            return misplaced(a, i, "in the path of a JSON message");
        }
        return i + 1;
    }

    private int percent(byte[] a, int i) {
        if (!OctetClass.is(OctetClass.HEX, a[i])) {
            return misplaced(a, i, "after % in the path of a JSON message");
        }
        if (--digits == 0) {
            state = State.PATH;
        }
        return i + 1;
    }

    private int brace(byte[] a, int i) {
        if (a[i] != '{') {
            return misplaced(a, i, "where a JSON message has its {");
        }
        state = State.BODY;
        return i + 1;
    }

    private int tag(byte[] a, int i) {
        byte octet = a[i];
        boolean named = offset(i) > 1;
        if (named && (octet == '/' || octet == '>' || octet == ' ' || (octet >= '\t' && octet <= '\r'))) {
            pathLength = offset(i);
            state = State.BODY;
        } else if (!OctetClass.is(OctetClass.HOST, octet) || octet == '_' || octet == '~') {
            return misplaced(a, i, "in the tag of an XML message");
        }
        return i + 1;
    }

    private int body(byte[] a, int from, int to) {
        byte closer = (byte) (xml ? '>' : '}');
        int i = from;
        while (i < to) {
            byte octet = a[i++];
            if (octet == 0 && closed) {
                complete();
                return i;
            }
            closed = octet == closer;
        }
        return i;
    }
}
