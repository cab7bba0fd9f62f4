package dev.lurcher.broker.cli;

import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a control port has answered: facts under headings, or an error.
 *
 * @param error empty where there are facts
 * @param rows texts, whole numbers and flags, as many as headers
 */
record ControlAnswer(String error, List<String> headers, List<List<Object>> rows) {
    private static final TNetString.Limits LIMITS = new TNetString.Limits(8, 64 << 20);

    /**
     * Reads it.
     *
     * @throws CommandException when it is none
     */
    static ControlAnswer read(byte[] bytes) {
        try {
            if (TNetString.readFirst(ByteBuffer.wrap(bytes), LIMITS) instanceof Dictionary dictionary) {
                if (dictionary.entries().get("error") instanceof Text error) {
                    return new ControlAnswer(error.utf8(), List.of(), List.of());
                }
                List<String> headers = new ArrayList<>();
                values(dictionary.entries().get("headers"))
                        .forEach(header -> headers.add(String.valueOf(plain(header))));
                List<List<Object>> rows = new ArrayList<>();
                for (TNetString row : values(dictionary.entries().get("rows"))) {
                    rows.add(values(row).stream().map(ControlAnswer::plain).toList());
                }
                if (rows.stream().allMatch(row -> row.size() == headers.size())) {
                    return new ControlAnswer("", headers, rows);
                }
            }
        } catch (ProtocolException e) {
            // As below.
        }
        throw new CommandException(
                "what answers there is no control port. Fix: name the endpoint of one with --endpoint.");
    }

    private static List<TNetString> values(@Nullable TNetString value) {
        return value instanceof Sequence list ? list.values() : List.of();
    }

    private static Object plain(TNetString value) {
        return switch (value) {
            case Text text -> text.utf8();
            case TNetString.Whole whole -> whole.value();
            case TNetString.Flag flag -> flag.value();
            default -> "";
        };
    }

    /** One that says what is wrong. */
    static ControlAnswer error(String text) {
        return new ControlAnswer(text, List.of(), List.of());
    }

    boolean isError() {
        return !error.isEmpty();
    }

    /** A map for each row. */
    List<Map<String, Object>> facts() {
        List<Map<String, Object>> facts = new ArrayList<>();
        for (List<Object> row : rows) {
            Map<String, Object> fact = new LinkedHashMap<>();
            for (int i = 0; i < row.size(); i++) {
                fact.put(headers.get(i), row.get(i));
            }
            facts.add(fact);
        }
        return facts;
    }
}
