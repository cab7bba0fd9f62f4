package dev.lurcher.broker.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The byte classes of the patterns that are tried together, each with a number: a text is looked at once for each class,
 * not once for each pattern.
 */
final class ClassPool {
    private final List<ByteClass> classes = new ArrayList<>();
    private final Map<ByteClass, Integer> numbers = new HashMap<>();

    int number(ByteClass wanted) {
        return numbers.computeIfAbsent(wanted, added -> {
            classes.add(added);
            return classes.size() - 1;
        });
    }

    /** All classes, each at the index that is its number. */
    ByteClass[] classes() {
        return classes.toArray(ByteClass[]::new);
    }
}
