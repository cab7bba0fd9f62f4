package dev.lurcher.broker.control;

import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command is answered with, as Mongrel2 writes it.
 * <pre>
 * answer  = { "headers": [ *text ], "rows": [ *row ] } / { [ "code": text, ] "error": text }
 * row     = [ *( text / number / flag ) ]       ; one for each header
 * </pre>
 * Immutable.
 */
sealed interface Answer {
    /** Facts under headings. */
    record Table(List<String> headers, List<Sequence> rows, Runnable afterwards) implements Answer {
        @Override
        public TNetString value() {
            Map<String, TNetString> entries = new LinkedHashMap<>();
            entries.put(
                    "headers",
                    new Sequence(headers.stream().<TNetString>map(Text::new).toList()));
            entries.put("rows", new Sequence(List.copyOf(rows)));
            return new Dictionary(entries);
        }

        /** The same, with something to be done once it has been sent. */
        Table then(Runnable last) {
            return new Table(headers, rows, last);
        }
    }

    /**
     * Why there are none.
     *
     * @param code null where Mongrel2 gives none
     */
    record Failure(ControlException.@Nullable Code code, String text) implements Answer {
        @Override
        public TNetString value() {
            Map<String, TNetString> entries = new LinkedHashMap<>();
            if (code != null) {
                entries.put("code", new Text(code.name()));
            }
            entries.put("error", Text.utf8(text));
            return new Dictionary(entries);
        }
    }

    /** What is sent. */
    TNetString value();

    /** Begins an answer with facts. */
    static Rows under(String... headers) {
        return new Rows(List.of(headers));
    }

    /** One line of text, under a heading. */
    static Table say(String header, String text) {
        return under(header).row(text).answer();
    }

    /** What Mongrel2 says when it has sent a signal to itself. */
    static Table signalSent() {
        return say("msg", "signal sent to server");
    }

    /** Gathers rows. */
    final class Rows {
        private final List<String> headers;
        private final List<Sequence> rows = new ArrayList<>();

        private Rows(List<String> headers) {
            this.headers = headers;
        }

        /** Adds a row: texts, whole numbers and flags, one for each header. */
        Rows row(Object... cells) {
            if (cells.length != headers.size()) {
                throw new IllegalArgumentException(cells.length + " cells under " + headers);
            }
            List<TNetString> row = new ArrayList<>(cells.length);
            for (Object cell : cells) {
                row.add(value(cell));
            }
            rows.add(new Sequence(row));
            return this;
        }

        Table answer() {
            return new Table(headers, rows, () -> {});
        }

        private static TNetString value(Object cell) {
            return switch (cell) {
                case Integer number -> new TNetString.Whole(number);
                case Long number -> new TNetString.Whole(number);
                case Boolean flag -> new TNetString.Flag(flag);
                default -> Text.utf8(cell.toString());
            };
        }
    }
}
