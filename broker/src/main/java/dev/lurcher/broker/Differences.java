package dev.lurcher.broker;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is different between two records of one kind, by the names of their parts. */
final class Differences {
    private Differences() {}

    /** One line for each part, those of records within looked at in turn. */
    static List<String> of(Record before, Record now) {
        List<String> found = new ArrayList<>();
        collect(before, now, found);
        return found;
    }

    private static void collect(Record before, Record now, List<String> found) {
        for (RecordComponent component : now.getClass().getRecordComponents()) {
            Object was = value(component, before);
            Object is = value(component, now);
            if (Objects.equals(was, is)) {
                continue;
            }
            if (was instanceof Record first && is instanceof Record second && first.getClass() == second.getClass()) {
                collect(first, second, found);
            } else {
                found.add(column(component.getName()) + " is " + shown(is) + " (before: " + shown(was) + ")");
            }
        }
    }

    private static @Nullable Object value(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /** {@code queueLimit} as {@code queue_limit}. */
    private static String column(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static String shown(@Nullable Object value) {
        if (value instanceof Duration time) {
            return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
        }
        return String.valueOf(value);
    }
}
