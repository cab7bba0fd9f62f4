package dev.lurcher.broker.http;

import org.jspecify.annotations.Nullable;

/**
 * Checks a chunk-size line.
 *
 * <pre>
 * line      = size *( BWS ";" BWS name [ BWS "=" BWS value ] ) CRLF      RFC 9112, 7.1
 * size      = 1*16HEXDIG, at most 2^31-1
 * value     = token / quoted-string, with no CR and no LF inside it
 * </pre>
 */
final class ChunkLineCheck extends OctetCheck {
    private static final int SIZE_DIGITS = 16;

    private enum State {
        SIZE,
        /** White space that must lead to {@code ;}. */
        BEFORE_EXTENSION,
        BEFORE_NAME,
        NAME,
        /** White space after a name: {@code =} or {@code ;} must follow. */
        AFTER_NAME,
        BEFORE_VALUE,
        TOKEN,
        QUOTED,
        ESCAPE,
        AFTER_QUOTED,
        LF,
        END
    }

    private final int lineBytes;
    private State state = State.SIZE;
    private int digits;
    private long size;

    /** @param lineBytes longest line without its CRLF */
    ChunkLineCheck(int lineBytes) {
        this.lineBytes = lineBytes;
    }

    @Override
    void start() {
        super.start();
        state = State.SIZE;
        digits = 0;
        size = 0;
    }

    /** The chunk's size, 0..2^31-1; 0 for the last chunk. */
    int size() {
        return (int) size;
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
            case BEFORE_EXTENSION -> isBlank(octet) ? state : octet == ';' ? State.BEFORE_NAME : null;
            case BEFORE_NAME -> isBlank(octet) ? state : isToken(octet) ? State.NAME : null;
            case NAME -> isToken(octet) ? state : octet == '\r' ? State.LF : afterName(octet);
            case AFTER_NAME -> afterName(octet);
            case BEFORE_VALUE -> isBlank(octet) ? state : valueStart(octet);
            case TOKEN -> isToken(octet) ? state : afterSizeOrValue(octet);
            case QUOTED -> octet == '"' ? State.AFTER_QUOTED : octet == '\\' ? State.ESCAPE : quoted(octet);
            case ESCAPE -> quoted(octet);
            case AFTER_QUOTED -> afterSizeOrValue(octet);
            case LF -> octet == '\n' ? State.END : null;
            case END -> null;
        };
    }

    private @Nullable State size(byte octet) {
        int digit = Character.digit(octet, 16);
        if (digit < 0) {
            return digits == 0 ? null : afterSizeOrValue(octet);
        }
        size = size << 4 | digit;
        return ++digits <= SIZE_DIGITS && size <= Integer.MAX_VALUE ? State.SIZE : null;
    }

    private static @Nullable State afterName(byte octet) {
        if (octet == '=') {
            return State.BEFORE_VALUE;
        }
        return octet == ';' ? State.BEFORE_NAME : isBlank(octet) ? State.AFTER_NAME : null;
    }

    private static @Nullable State valueStart(byte octet) {
        return isToken(octet) ? State.TOKEN : octet == '"' ? State.QUOTED : null;
    }

    private static @Nullable State afterSizeOrValue(byte octet) {
        if (octet == '\r') {
            return State.LF;
        }
        return octet == ';' ? State.BEFORE_NAME : isBlank(octet) ? State.BEFORE_EXTENSION : null;
    }

    private static @Nullable State quoted(byte octet) {
        return OctetClass.is(OctetClass.VALUE, octet) ? State.QUOTED : null;
    }

    private static boolean isToken(byte octet) {
        return OctetClass.is(OctetClass.TOKEN, octet);
    }

    private static boolean isBlank(byte octet) {
        return octet == ' ' || octet == '\t';
    }
}
