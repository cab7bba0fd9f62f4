package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A tagged netstring: a value that says its length and its type.
 *
 * <pre>
 * value      = length ":" data type            ; length = bytes of data, 1*DIGIT, leading zeros allowed
 * type ","     text:       any octets
 * type "#"     number:     [ "-" ] 1*DIGIT, 64 bits
 * type "^"     real:       [ "-" ] 1*DIGIT [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
 * type "!"     flag:       "true" / "false"   ; read as Mongrel2 does: 4 bytes from "t" on, 5 bytes from "f" on
 * type "~"     nothing:    no data
 * type "]"     list:       *value
 * type "}"     dictionary: *( key value )     ; a key is a text, no key twice
 * </pre>
 *
 * <p>Values are immutable and may be shared between threads.
 */
public sealed interface TNetString {
    /**
     * How much a reader takes.
     *
     * @param depth most lists and dictionaries inside each other, at least 0; 0 allows none
     * @param bytes longest value with all its marks, at least 3
     */
    record Limits(int depth, int bytes) {
        /** For the messages that broker and workers exchange about a connection: 8 deep, 64 KiB. */
        public static final Limits DEFAULT = new Limits(8, 64 * 1024);
    }

    /**
     * Octets.
     *
     * @param octets the octets as chars 0..255 (ISO-8859-1)
     */
    record Text(String octets) implements TNetString {
        /**
         * Takes octets.
         *
         * @throws IllegalArgumentException if a char is above 255: use {@link #utf8}
         */
        public Text {
            for (int i = 0; i < octets.length(); i++) {
                if (octets.charAt(i) > 0xff) {
                    throw new IllegalArgumentException("char above 255 at " + i + ": no octet");
                }
            }
        }

        /** The octets of a text in UTF-8. */
        public static Text utf8(String text) {
            return new Text(new String(text.getBytes(UTF_8), ISO_8859_1));
        }

        /** The octets read as UTF-8; the replacement character stands for those that are none. */
        public String utf8() {
            return new String(octets.getBytes(ISO_8859_1), UTF_8);
        }
    }

    /** A whole number. */
    record Whole(long value) implements TNetString {}

    /** A number with a fraction; finite. */
    record Real(double value) implements TNetString {
        /**
         * Takes a number.
         *
         * @throws IllegalArgumentException if it is not finite: there is no way to write it
         */
        public Real {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("not finite: " + value);
            }
        }
    }

    /** True or false. */
    record Flag(boolean value) implements TNetString {}

    /** The null of other languages. */
    record Nothing() implements TNetString {}

    /** Values in order. */
    record Sequence(List<TNetString> values) implements TNetString {
        /** Copies the list. */
        public Sequence {
            values = List.copyOf(values);
        }

        /** The values given. */
        public static Sequence of(TNetString... values) {
            return new Sequence(List.of(values));
        }
    }

    /**
     * Values by key, in order.
     *
     * @param entries keys are octets as chars 0..255
     */
    record Dictionary(Map<String, TNetString> entries) implements TNetString {
        /** Copies the map in its order. */
        public Dictionary {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /**
     * Reads the one value between the buffer's position and limit, which stay where they are.
     *
     * @throws ProtocolException TRUNCATED, BAD_LENGTH, BAD_VALUE, TOO_DEEP, TOO_LONG, or TRAILING_BYTES if something follows
     *     the value
     */
    static TNetString read(ByteBuffer buffer, Limits limits) {
        TNetStringReader reader = new TNetStringReader(buffer, limits);
        TNetString value = reader.value();
        reader.expectEnd();
        return value;
    }

    /**
     * Reads the value at the buffer's position and moves the position behind it; what follows is left alone. After an
     * exception the position is where it was.
     *
     * @throws ProtocolException as {@link #read}, without TRAILING_BYTES
     */
    static TNetString readFirst(ByteBuffer buffer, Limits limits) {
        TNetStringReader reader = new TNetStringReader(buffer, limits);
        TNetString value = reader.value();
        buffer.position(reader.position());
        return value;
    }

    /** The value as it is sent, in a new array. */
    default byte[] bytes() {
        return TNetStringWriter.write(this);
    }
}
