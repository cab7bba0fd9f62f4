package dev.lurcher.broker.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The field lines of an answer's head or trailer section, checked, in the order in which they came.
 *
 * <pre>
 * lines = *( name ":" OWS value OWS CRLF ) CRLF      RFC 9112, 5
 * name  = 1*tchar
 * value = *( HTAB / SP / VCHAR / %x80-FF )
 * </pre>
 *
 * No white space around a name, no folding, no bare CR or LF: whoever can write one of them into a value writes fields of
 * their own. Immutable.
 */
public final class FieldLines {
    static final FieldLines NONE = new FieldLines(new byte[0], new int[0], 0);

    /** More lines than this are no answer. */
    static final int MOST = 1000;

    private static final int MARKS = 4;
    private static final int USUAL = 8;

    private final byte[] bytes;
    /** For each line: where name and value begin and end. */
    private final int[] marks;

    private final int count;

    private FieldLines(byte[] bytes, int[] marks, int count) {
        this.bytes = bytes;
        this.marks = marks;
        this.count = count;
    }

    /**
     * Reads the lines of a section.
     *
     * @param bytes the section, which ends with CRLF CRLF, or is CRLF; belongs to the lines from now on
     * @param from  where the first line begins
     * @throws UpstreamException BAD_ANSWER
     */
    static FieldLines read(byte[] bytes, int from) {
        int end = bytes.length - 2;
        int[] marks = new int[USUAL * MARKS];
        int count = 0;
        int at = from;
        while (at < end) {
            if (count == MOST) {
                throw UpstreamException.bad("the answer has more than " + MOST + " fields");
            }
            if (count * MARKS == marks.length) {
                marks = Arrays.copyOf(marks, marks.length * 2);
            }
            at = line(bytes, at, marks, MARKS * count++);
        }
        return new FieldLines(bytes, marks, count);
    }

    private static int line(byte[] bytes, int from, int[] marks, int mark) {
        int colon = from;
        while (Octets.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == from || bytes[colon] != ':') {
            throw UpstreamException.bad("a field name of the answer is malformed");
        }
        int start = colon + 1;
        while (Octets.isBlank(bytes[start])) {
            start++;
        }
        int end = start;
        while (Octets.isValue(bytes[end])) {
            end++;
        }
        if (bytes[end] != '\r' || bytes[end + 1] != '\n') {
            throw UpstreamException.bad("a field value of the answer is malformed");
        }
        int next = end + 2;
        while (end > start && Octets.isBlank(bytes[end - 1])) {
            end--;
        }
        marks[mark] = from;
        marks[mark + 1] = colon;
        marks[mark + 2] = start;
        marks[mark + 3] = end;
        return next;
    }

    /** How many lines there are. */
    public int size() {
        return count;
    }

    /** A name as the upstream wrote it. */
    public String name(int index) {
        return text(nameStart(index), nameEnd(index));
    }

    /** A value without the blanks around it; its bytes as chars 0..255. */
    public String value(int index) {
        return text(valueStart(index), valueEnd(index));
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The array in which the lines stand; not to be changed. */
    byte[] array() {
        return bytes;
    }

    int nameStart(int index) {
        return marks[index * MARKS];
    }

    int nameEnd(int index) {
        return marks[index * MARKS + 1];
    }

    int valueStart(int index) {
        return marks[index * MARKS + 2];
    }

    int valueEnd(int index) {
        return marks[index * MARKS + 3];
    }

    /**
     * Whether a line has this name.
     *
     * @param name in lower case
     */
    boolean isNamed(int index, String name) {
        return Octets.same(bytes, nameStart(index), nameEnd(index), name);
    }

    /** Whether a line has one of these names. */
    boolean isAmong(int index, FieldNames names) {
        return names.contains(bytes, nameStart(index), nameEnd(index));
    }

    /** Whether a line's name is an element of the list in the lines of another name, in lower case. */
    boolean isListed(int index, String list) {
        return lists(list, name(index).toLowerCase(Locale.ROOT));
    }

    /** Whether there is a line with this name, in lower case. */
    boolean has(String name) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a word, in lower case, is an element of the list in the lines of this name. */
    boolean lists(String name, String word) {
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name) && lists(i, word)) {
                return true;
            }
        }
        return false;
    }

    private boolean lists(int index, String word) {
        int from = valueStart(index);
        int end = valueEnd(index);
        while (from < end) {
            int comma = from;
            while (comma < end && bytes[comma] != ',') {
                comma++;
            }
            int first = from;
            int last = comma;
            while (first < last && Octets.isBlank(bytes[first])) {
                first++;
            }
            while (last > first && Octets.isBlank(bytes[last - 1])) {
                last--;
            }
            if (Octets.same(bytes, first, last, word)) {
                return true;
            }
            from = comma + 1;
        }
        return false;
    }
}
