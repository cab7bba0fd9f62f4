package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Printable;
import dev.lurcher.broker.config.history.Change;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Changes of a configuration, for people and as facts. */
final class ChangesText {
    private static final int MOST_LINES = 40;
    private static final int LONGEST = 200;

    private ChangesText() {}

    static void print(List<Change> changes, PrintWriter out) {
        changes.stream().limit(MOST_LINES).forEach(change -> out.println(Printable.of(line(change), LONGEST)));
        if (changes.size() > MOST_LINES) {
            out.println("and " + (changes.size() - MOST_LINES) + " more changes; --diff shows them all");
        }
        if (changes.isEmpty()) {
            out.println("nothing is different");
        }
        out.flush();
    }

    private static String line(Change change) {
        String what = "%-8s %s".formatted(change.kind().name().toLowerCase(Locale.ROOT), change.what());
        return switch (change.kind()) {
            case ADDED -> what + (change.after().isEmpty() ? "" : ": " + change.after());
            case REMOVED -> what;
            case CHANGED -> what + ": " + usual(change.before()) + " -> " + usual(change.after());
        };
    }

    private static String usual(String value) {
        return value.isEmpty() ? "(default)" : value;
    }

    static List<Map<String, Object>> facts(List<Change> changes) {
        return changes.stream().map(ChangesText::facts).toList();
    }

    private static Map<String, Object> facts(Change change) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("change", change.kind().name().toLowerCase(Locale.ROOT));
        facts.put("what", change.what());
        facts.put("before", change.before());
        facts.put("after", change.after());
        return facts;
    }
}
