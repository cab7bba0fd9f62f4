package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Reads request frames, with either form of headers. Grammar: {@link RequestWriter}. */
public final class RequestReader {
    private static final TNetString.Limits HEADERS = new TNetString.Limits(2, Integer.MAX_VALUE);

    private final byte[] frame;
    private int position;

    private RequestReader(byte[] frame) {
        this.frame = frame;
    }

    /**
     * Reads one frame. Which form its headers have is told by the frame itself.
     *
     * @throws ProtocolException TRUNCATED, BAD_SENDER, BAD_ID, BAD_LENGTH, MISSING_COMMA, BAD_HEADERS, BAD_VALUE, TOO_DEEP or
     *     TRAILING_BYTES
     */
    public static RequestMessage read(byte[] frame) {
        return new RequestReader(frame).message();
    }

    private RequestMessage message() {
        String sender = word();
        if (!Octets.isSenderId(sender)) {
            throw broken(Code.BAD_SENDER, "sender id");
        }
        RequestMessage.Address address = new RequestMessage.Address(sender, connectionId(word()), word());
        List<Field> entries = headers();
        Fields variables = Fields.of(entries(entries, true));
        Fields fields = Fields.of(entries(entries, false));
        return new RequestMessage(address, variables, fields, content());
    }

    /** What the broker says itself, or the rest. */
    private static Field[] entries(List<Field> all, boolean variables) {
        Field[] found = new Field[all.size()];
        int count = 0;
        for (int i = 0; i < all.size(); i++) {
            if (isVariable(all.get(i).name()) == variables) {
                found[count++] = all.get(i);
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** The octets up to the next space. */
    private String word() {
        int from = position;
        while (position < frame.length && frame[position] != ' ') {
            position++;
        }
        if (position == frame.length) {
            throw broken(Code.TRUNCATED, "request ends early");
        }
        int length = position++ - from;
        String known = KnownWords.find(frame, from, length);
        return known == null ? new String(frame, from, length, ISO_8859_1) : known;
    }

    /** Mongrel2 writes ids from 2^31 on as negative numbers. */
    private long connectionId(String word) {
        try {
            long id = Long.parseLong(word);
            if (id >= Integer.MIN_VALUE && word.charAt(0) != '+') {
                return id < 0 ? Integer.toUnsignedLong((int) id) : id;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw broken(Code.BAD_ID, "connection id");
    }

    private List<Field> headers() {
        int from = position;
        int length = length();
        int to = position + length;
        position = to + 1;
        return switch (frame[to]) {
            case ',' -> new JsonHeadersReader(frame, to - length, to).read();
            case '}' -> dictionary(TNetString.read(ByteBuffer.wrap(frame, from, to + 1 - from), HEADERS));
            default -> throw broken(Code.BAD_HEADERS, "',' or '}' expected");
        };
    }

    private byte[] content() {
        int length = length();
        byte[] content = Arrays.copyOfRange(frame, position, position + length);
        position += length;
        if (frame[position] != ',') {
            throw broken(Code.MISSING_COMMA, "',' after the content expected");
        }
        position++;
        if (position != frame.length) {
            throw broken(Code.TRAILING_BYTES, (frame.length - position) + " bytes follow the content");
        }
        return content;
    }

    /** Reads {@code length ":"} and makes sure that so many bytes and one more follow. */
    private int length() {
        int from = position;
        long value = 0;
        while (position < frame.length && Octets.isDigit(frame[position])) {
            value = value * 10 + (frame[position++] - '0');
            if (value > Integer.MAX_VALUE) {
                throw broken(Code.BAD_LENGTH, "length too large");
            }
        }
        if (position == frame.length) {
            throw broken(Code.TRUNCATED, "request ends early");
        }
        if (position == from || frame[position] != ':') {
            throw broken(Code.BAD_LENGTH, "digits and ':' expected");
        }
        position++;
        if (value >= frame.length - position) {
            throw broken(Code.TRUNCATED, "request ends early");
        }
        return (int) value;
    }

    private List<Field> dictionary(TNetString headers) {
        List<Field> fields = new ArrayList<>();
        for (Map.Entry<String, TNetString> entry :
                ((TNetString.Dictionary) headers).entries().entrySet()) {
            String name = entry.getKey();
            if (entry.getValue() instanceof TNetString.Text text) {
                fields.add(new Field(name, text.octets()));
            } else if (entry.getValue() instanceof TNetString.Sequence sequence) {
                for (TNetString value : sequence.values()) {
                    fields.add(new Field(name, text(value)));
                }
            } else {
                throw broken(Code.BAD_HEADERS, "value that is neither text nor list");
            }
        }
        return fields;
    }

    private String text(TNetString value) {
        if (value instanceof TNetString.Text text) {
            return text.octets();
        }
        throw broken(Code.BAD_HEADERS, "list of something else than texts");
    }

    /** Brokers write field names in lower case; an upper-case letter marks what they say themselves. */
    private static boolean isVariable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (Octets.isUpper(name.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private ProtocolException broken(Code code, String what) {
        return new ProtocolException(code, what + ", near byte " + position);
    }
}
