package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the values of {@link TNetString} with absolute gets. */
final class TNetStringReader {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");
    private static final Pattern REAL = Pattern.compile("-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

    private final ByteBuffer buffer;
    private final TNetString.Limits limits;
    private final int start;
    private final int limit;
    private int position;

    TNetStringReader(ByteBuffer buffer, TNetString.Limits limits) {
        this.buffer = buffer;
        this.limits = limits;
        start = buffer.position();
        limit = buffer.limit();
        position = start;
    }

    int position() {
        return position;
    }

    void expectEnd() {
        if (position != limit) {
            throw broken(Code.TRAILING_BYTES, (limit - position) + " bytes follow the value");
        }
    }

    TNetString value() {
        return value(limit, 0);
    }

    /** Reads the value at the position, which must end at or before {@code end}. */
    private TNetString value(int end, int depth) {
        int from = position;
        int length = length(end);
        int dataStart = position;
        if (length > limits.bytes() - (dataStart - from) - 1) {
            throw broken(Code.TOO_LONG, length + " bytes, at most " + limits.bytes() + " are allowed");
        }
        if (length > end - dataStart - 1) {
            throw outside(end, "value of " + length + " bytes");
        }
        int dataEnd = dataStart + length;
        byte type = buffer.get(dataEnd);
        TNetString value = switch (type) {
            case ',' -> new TNetString.Text(text(dataEnd));
            case '#' -> number(text(dataEnd));
            case '^' -> real(text(dataEnd));
            case '!' -> flag(text(dataEnd));
            case '~' -> nothing(length);
            case ']' -> sequence(dataEnd, deeper(depth));
            case '}' -> dictionary(dataEnd, deeper(depth));
            default -> throw broken(Code.BAD_VALUE, "unknown type " + (type & 0xff));
        };
        position = dataEnd + 1;
        return value;
    }

    private int length(int end) {
        int from = position;
        long value = 0;
        while (position < end && Octets.isDigit(buffer.get(position))) {
            value = value * 10 + (buffer.get(position) - '0');
            if (value > Integer.MAX_VALUE) {
                throw broken(Code.BAD_LENGTH, "length too large");
            }
            position++;
        }
        if (position == end) {
            throw outside(end, "length");
        }
        if (position == from || buffer.get(position) != ':') {
            throw broken(Code.BAD_LENGTH, "digits and ':' expected");
        }
        position++;
        return (int) value;
    }

    /** Beyond the message's end it may only be cut off; beyond the end of a list or dictionary a length is wrong. */
    private ProtocolException outside(int end, String what) {
        return end == limit
                ? broken(Code.TRUNCATED, what + " goes beyond the end")
                : broken(Code.BAD_LENGTH, what + " goes beyond the list or dictionary it is in");
    }

    private String text(int dataEnd) {
        byte[] octets = new byte[dataEnd - position];
        buffer.get(position, octets);
        return new String(octets, ISO_8859_1);
    }

    private TNetString number(String digits) {
        if (!NUMBER.matcher(digits).matches()) {
            throw broken(Code.BAD_VALUE, "no number");
        }
        try {
            return new TNetString.Whole(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw broken(Code.BAD_VALUE, "number of more than 64 bits");
        }
    }

    private TNetString real(String digits) {
        double value = REAL.matcher(digits).matches() ? Double.parseDouble(digits) : Double.NaN;
        if (!Double.isFinite(value)) {
            throw broken(Code.BAD_VALUE, "no real number");
        }
        return new TNetString.Real(value);
    }

    private TNetString flag(String word) {
        if (word.length() == 4 && word.charAt(0) == 't') {
            return new TNetString.Flag(true);
        }
        if (word.length() == 5 && word.charAt(0) == 'f') {
            return new TNetString.Flag(false);
        }
        throw broken(Code.BAD_VALUE, "neither true nor false");
    }

    private TNetString nothing(int length) {
        if (length != 0) {
            throw broken(Code.BAD_VALUE, "null with data");
        }
        return new TNetString.Nothing();
    }

    private TNetString sequence(int dataEnd, int depth) {
        List<TNetString> values = new ArrayList<>();
        while (position < dataEnd) {
            values.add(value(dataEnd, depth));
        }
        return new TNetString.Sequence(values);
    }

    private TNetString dictionary(int dataEnd, int depth) {
        Map<String, TNetString> entries = new LinkedHashMap<>();
        while (position < dataEnd) {
            if (!(value(dataEnd, depth) instanceof TNetString.Text key)) {
                throw broken(Code.BAD_VALUE, "key that is no text");
            }
            if (position == dataEnd) {
                throw broken(Code.BAD_VALUE, "key without a value");
            }
            if (entries.put(key.octets(), value(dataEnd, depth)) != null) {
                throw broken(Code.BAD_VALUE, "key twice");
            }
        }
        return new TNetString.Dictionary(entries);
    }

    private int deeper(int depth) {
        if (depth == limits.depth()) {
            throw broken(Code.TOO_DEEP, "more than " + limits.depth() + " lists and dictionaries inside each other");
        }
        return depth + 1;
    }

    private ProtocolException broken(Code code, String what) {
        return new ProtocolException(code, what + ", at byte " + (position - start));
    }
}
