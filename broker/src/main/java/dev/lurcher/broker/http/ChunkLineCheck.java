package dev.lurcher.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * Checks a chunk-size line.
 *
 * <pre>
 * line      = size *( ";" name [ "=" value ] ) CRLF      RFC 9112, 7.1
 * size      = 1*16HEXDIG
 * value     = token / quoted-string, with no CR and no LF inside it
 * </pre>
 *
 * The "bad white space" that the RFC lets recipients put up with is refused: no client sends it, and servers differ about it.
 */
final class ChunkLineCheck extends OctetCheck {
    private static final int SIZE_DIGITS = 16;

    private enum State {
        SIZE,
        BEFORE_NAME,
        NAME,
        BEFORE_VALUE,
        TOKEN,
        QUOTED,
        ESCAPE,
        AFTER_QUOTED,
        LF,
        END
    }

    private final int lineBytes;
    private final long mostSize;
    private State state = State.SIZE;
    private int digits;
    private long size;

    /**
     * @param lineBytes longest line without its CRLF
     * @param mostSize largest chunk, 0..2^58
     */
    ChunkLineCheck(int lineBytes, long mostSize) {
        this.lineBytes = lineBytes;
        this.mostSize = mostSize;
    }

    @Override
    void start() {
        super.start();
        state = State.SIZE;
        digits = 0;
        size = 0;
    }

    /** The chunk's size in bytes; 0 for the last chunk. */
    long size() {
        return size;
    }

    @Override
    int blockBytes() {
        return 64;
    }

    @Override
    int read(byte[] a, int from, int to) {
        int i = from;
        while (i < to && !isComplete()) {
            byte octet = a[i];
            if (offset(i) >= lineBytes && octet != '\r' && state != State.LF) {
                String detail = "the chunk-size line is longer than " + lineBytes + " bytes";
                return refuse(HttpError.BAD_REQUEST, detail, i);
            }
            State next = next(octet);
            if (next == null) {
                return misplaced(a, i, "in a chunk-size line");
            }
            state = next;
            i++;
            if (state == State.END) {
                complete();
            }
        }
        return i;
    }

    private @Nullable State next(byte octet) {
        return switch (state) {
            case SIZE -> size(octet);
            case BEFORE_NAME -> isToken(octet) ? State.NAME : null;
            case NAME -> isToken(octet) ? state : octet == '=' ? State.BEFORE_VALUE : end(octet);
            case BEFORE_VALUE -> isToken(octet) ? State.TOKEN : octet == '"' ? State.QUOTED : null;
            case TOKEN -> isToken(octet) ? state : end(octet);
            case QUOTED -> octet == '"' ? State.AFTER_QUOTED : octet == '\\' ? State.ESCAPE : quoted(octet);
            case ESCAPE -> quoted(octet);
            case AFTER_QUOTED -> end(octet);
            case LF -> octet == '\n' ? State.END : null;
            case END -> null;
        };
    }

    private @Nullable State size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit < 0) {
            return digits == 0 ? null : end(octet);
        }
        size = size << 4 | digit;
        return ++digits <= SIZE_DIGITS && size <= mostSize ? State.SIZE : null;
    }

    /** After a size, a name or a value. */
    private static @Nullable State end(byte octet) {
        return octet == '\r' ? State.LF : octet == ';' ? State.BEFORE_NAME : null;
    }

    private static @Nullable State quoted(byte octet) {
        return OctetClass.is(OctetClass.VALUE, octet) ? State.QUOTED : null;
    }

    private static boolean isToken(byte octet) {
        return OctetClass.is(OctetClass.TOKEN, octet);
    }
}
