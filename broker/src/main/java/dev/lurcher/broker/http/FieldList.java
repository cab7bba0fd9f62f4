package dev.lurcher.broker.http;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The field lines of one request in the order in which they came. Notes in passing where those stand that decide on the
 * framing, so that nobody has to search for them.
 */
final class FieldList {
    private AsciiString[] names;
    private String[] values;
    private int size;

    private int hosts;
    private int host;
    private int lengths;
    private int length;
    private int codings;
    private int coding;
    private int expectations;
    private int expectation;
    private int connections;

    /** @param expected how many lines will probably come */
    FieldList(int expected) {
        names = new AsciiString[expected];
        values = new String[expected];
    }

    /** @param name one of {@link KnownFields} wherever it is one */
    void add(AsciiString name, String value) {
        if (size == names.length) {
            names = Arrays.copyOf(names, size * 2 + 4);
            values = Arrays.copyOf(values, size * 2 + 4);
        }
        names[size] = name;
        values[size] = value;
        note(name, size++);
    }

    /** Takes out a line that is none of those noted below. */
    void remove(int index) {
        int behind = --size - index;
        System.arraycopy(names, index + 1, names, index, behind);
        System.arraycopy(values, index + 1, values, index, behind);
        host -= host > index ? 1 : 0;
        length -= length > index ? 1 : 0;
        coding -= coding > index ? 1 : 0;
        expectation -= expectation > index ? 1 : 0;
    }

    private void note(AsciiString name, int index) {
        if (name.equals(KnownFields.HOST)) {
            hosts++;
            host = index;
        } else if (name.equals(KnownFields.CONNECTION)) {
            connections++;
        } else if (name.equals(KnownFields.CONTENT_LENGTH)) {
            lengths++;
            length = index;
        } else if (name.equals(KnownFields.TRANSFER_ENCODING)) {
            codings++;
            coding = index;
        } else if (name.equals(KnownFields.EXPECT)) {
            expectations++;
            expectation = index;
        }
    }

    int size() {
        return size;
    }

    AsciiString name(int index) {
        return names[index];
    }

    String value(int index) {
        return values[index];
    }

    /** The first value of a field, whatever the case of its name, or null. */
    @Nullable
    String first(CharSequence name) {
        for (int i = 0; i < size; i++) {
            if (names[i].contentEqualsIgnoreCase(name)) {
                return values[i];
            }
        }
        return null;
    }

    /** How many Host lines there are; likewise the others. */
    int hosts() {
        return hosts;
    }

    int lengths() {
        return lengths;
    }

    int codings() {
        return codings;
    }

    int expectations() {
        return expectations;
    }

    int connections() {
        return connections;
    }

    /** The value of the latest Host line, if there is one; likewise the others. */
    String host() {
        return values[host];
    }

    String length() {
        return values[length];
    }

    String coding() {
        return values[coding];
    }

    String expectation() {
        return values[expectation];
    }

    /** RFC 9112, 3.2.2: the authority of an absolute-form target stands in place of what Host says. */
    void replaceHost(String authority) {
        values[host] = authority;
    }
}
