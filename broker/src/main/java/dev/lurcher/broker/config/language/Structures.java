package dev.lurcher.broker.config.language;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.TNetString;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of filters: pairs and lists in the language, tagged netstrings in the database. */
final class Structures {
    private static final TNetString.Limits LIMITS = new TNetString.Limits(32, 1 << 20);
    private static final int MOST_PARTS = 10_000;

    private final Scope scope;
    private final Consumer<Complaint> complaints;
    private int parts;

    private Structures(Scope scope, Consumer<Complaint> complaints) {
        this.scope = scope;
        this.complaints = complaints;
    }

    /** As the database has it; null after an error, which is complained of. */
    static @Nullable String stored(Expression expression, Scope scope, Consumer<Complaint> complaints) {
        TNetString value = new Structures(scope, complaints).value(expression, 0);
        return value == null ? null : new String(value.bytes(), UTF_8);
    }

    private @Nullable TNetString value(Expression expression, int depth) {
        if (depth > LIMITS.depth() || ++parts > MOST_PARTS) {
            return refuse(
                    expression, "this contains itself, or is too much", "write less than " + MOST_PARTS + " parts");
        }
        Expression resolved = scope.resolve(expression);
        return switch (resolved) {
            case null -> null;
            case Expression.Text text -> TNetString.Text.utf8(text.value());
            case Expression.Numeral numeral -> number(numeral);
            case Expression.Flag flag -> new TNetString.Flag(flag.value());
            case Expression.Nothing nothing -> new TNetString.Nothing();
            case Expression.Items items -> sequence(items, depth);
            case Expression.Pairs pairs -> dictionary(pairs, depth);
            case Expression.Construct construct ->
                refuse(
                        construct,
                        "here stands " + construct.shown() + " where a plain value is expected",
                        "leave it out");
            case Expression.Reference reference -> null;
            case Expression.Environment environment -> null;
        };
    }

    private @Nullable TNetString refuse(Expression expression, String fault, String fix) {
        complaints.accept(Complaint.error(expression.spot(), fault, fix));
        return null;
    }

    private static TNetString number(Expression.Numeral numeral) {
        Object number = Numbers.read(numeral.spelling());
        return number instanceof Long whole
                ? new TNetString.Whole(whole)
                : new TNetString.Real(number instanceof Double real && Double.isFinite(real) ? real : Double.MAX_VALUE);
    }

    private @Nullable TNetString sequence(Expression.Items items, int depth) {
        List<TNetString> values = new ArrayList<>();
        for (Expression item : items.values()) {
            TNetString value = value(item, depth + 1);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new TNetString.Sequence(values);
    }

    private @Nullable TNetString dictionary(Expression.Pairs pairs, int depth) {
        Map<String, TNetString> entries = new LinkedHashMap<>();
        for (Expression.Pair pair : pairs.pairs()) {
            TNetString value = value(pair.value(), depth + 1);
            if (value == null) {
                return null;
            }
            entries.put(TNetString.Text.utf8(pair.key().value()).octets(), value);
        }
        return new TNetString.Dictionary(entries);
    }

    /** In the language what the database has; null where that is no list or dictionary that would be stored just so. */
    static @Nullable String written(String stored) {
        byte[] bytes = stored.getBytes(UTF_8);
        try {
            TNetString value = TNetString.read(ByteBuffer.wrap(bytes), LIMITS);
            boolean isStructure = value instanceof TNetString.Sequence || value instanceof TNetString.Dictionary;
            return isStructure && isFaithful(value) && Arrays.equals(value.bytes(), bytes) ? written(value) : null;
        } catch (ProtocolException e) {
            return null;
        }
    }

    /** Whether the language has it: numbers with a fraction of 0 are whole there, and octets that are no UTF-8 do not exist. */
    private static boolean isFaithful(TNetString value) {
        return switch (value) {
            case TNetString.Text text -> TNetString.Text.utf8(text.utf8()).equals(text);
            case TNetString.Real real ->
                Double.valueOf(real.value()).equals(Numbers.read(Numbers.written(real.value())));
            case TNetString.Whole whole -> true;
            case TNetString.Flag flag -> true;
            case TNetString.Nothing nothing -> true;
            case TNetString.Sequence sequence -> sequence.values().stream().allMatch(Structures::isFaithful);
            case TNetString.Dictionary dictionary ->
                dictionary.entries().entrySet().stream()
                        .allMatch(entry ->
                                isFaithful(new TNetString.Text(entry.getKey())) && isFaithful(entry.getValue()));
        };
    }

    private static String written(TNetString value) {
        return switch (value) {
            case TNetString.Text text -> Quotes.quoted(text.utf8());
            case TNetString.Whole whole -> String.valueOf(whole.value());
            case TNetString.Real real -> Numbers.written(real.value());
            case TNetString.Flag flag -> String.valueOf(flag.value());
            case TNetString.Nothing nothing -> "null";
            case TNetString.Sequence sequence ->
                "["
                        + String.join(
                                ", ",
                                sequence.values().stream()
                                        .map(Structures::written)
                                        .toList()) + "]";
            case TNetString.Dictionary dictionary ->
                "{"
                        + String.join(
                                ", ",
                                dictionary.entries().entrySet().stream()
                                        .map(Structures::pair)
                                        .toList()) + "}";
        };
    }

    private static String pair(Map.Entry<String, TNetString> entry) {
        return Quotes.quoted(new String(entry.getKey().getBytes(ISO_8859_1), UTF_8)) + ": " + written(entry.getValue());
    }
}
