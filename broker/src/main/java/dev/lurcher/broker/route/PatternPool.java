package dev.lurcher.broker.route;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The patterns of one table of routes, each compiled once however many routes have it, and their byte classes, each with a
 * number: a text is looked at once for each class, not once for each pattern. Filled while the table is built, read-only
 * afterwards.
 */
final class PatternPool {
    private final List<ByteClass> classes = new ArrayList<>();
    private final Map<ByteClass, Integer> numbers = new HashMap<>();
    private final Map<String, BytePattern> ofPaths = new HashMap<>();

    /**
     * Compiles the rest of a route's path.
     *
     * @param path the route's path as configured
     * @param from where its pattern begins
     * @throws PatternException when it breaks the grammar
     */
    BytePattern ofPath(String path, int from) {
        String text = path.substring(from);
        BytePattern known = ofPaths.get(text);
        if (known == null) {
            known = new PatternParser(path, from, path.length(), this).parse();
            ofPaths.put(text, known);
        }
        return known;
    }

    /**
     * Compiles the beginning of a host's matching, for which upper and lower case are the same and which must match all of
     * the text.
     *
     * @param matching the host's matching as configured
     * @param to where its pattern ends
     * @throws PatternException when it breaks the grammar
     */
    BytePattern ofHost(String matching, int to) {
        PatternParser parser = new PatternParser(matching, 0, to, this);
        parser.hostName();
        return parser.parse();
    }

    /** The number of a class. */
    int number(ByteClass wanted) {
        return numbers.computeIfAbsent(wanted, added -> {
            classes.add(added);
            return classes.size() - 1;
        });
    }

    ByteClass get(int number) {
        return classes.get(number);
    }

    int size() {
        return classes.size();
    }
}
