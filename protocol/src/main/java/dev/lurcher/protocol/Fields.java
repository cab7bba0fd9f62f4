package dev.lurcher.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Field lines in the order in which the broker sent them; lines of one name stand together. Names are found whatever their
 * case. Immutable.
 */
public final class Fields implements Iterable<Fields.Field> {
    /** No field at all. */
    public static final Fields NONE = new Fields(List.of());

    private final List<Field> lines;

    /** One field line. */
    public record Field(String name, String value) {}

    /** Copies the lines. */
    public Fields(List<Field> lines) {
        this.lines = List.copyOf(lines);
    }

    private Fields(Field[] lines) {
        this.lines = Arrays.asList(lines);
    }

    /** Of lines that nobody else has; the array is not copied. */
    static Fields of(Field[] lines) {
        return lines.length == 0 ? NONE : new Fields(lines);
    }

    /** How many lines. */
    public int size() {
        return lines.size();
    }

    /** The line at a place, 0 to size - 1. */
    public Field line(int index) {
        return lines.get(index);
    }

    /** The value of the first line of a name; null where there is none. */
    public @Nullable String first(String name) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).name().equalsIgnoreCase(name)) {
                return lines.get(i).value();
            }
        }
        return null;
    }

    /** The values of all lines of a name, in order; empty where there is none. */
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (Field line : lines) {
            if (line.name().equalsIgnoreCase(name)) {
                values.add(line.value());
            }
        }
        return values;
    }

    /** Whether there is a line of a name. */
    public boolean contains(String name) {
        return first(name) != null;
    }

    @Override
    public Iterator<Field> iterator() {
        return Collections.unmodifiableList(lines).iterator();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Fields that && lines.equals(that.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    @Override
    public String toString() {
        return lines.toString();
    }
}
