package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.ColumnShape.Kind;
import dev.lurcher.broker.config.language.Expression.Assignment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the values of columns of expressions. */
final class Values {
    private final Scope scope;
    private final Consumer<Complaint> complaints;

    Values(Scope scope, Consumer<Complaint> complaints) {
        this.scope = scope;
        this.complaints = complaints;
    }

    /** What a column gets: String, Long, Double or null. After an error, which is complained of, null. */
    @Nullable
    Object cell(ColumnShape column, Assignment parameter) {
        Expression value = scope.resolve(parameter.value());
        return switch (value) {
            case null -> null;
            case Expression.Text text -> column.kind() == Kind.NUMBER ? numeric(text.value()) : text.value();
            case Expression.Numeral number ->
                column.kind() == Kind.NUMBER ? Numbers.read(number.spelling()) : unfit(column, parameter, value);
            case Expression.Flag flag ->
                column.kind() == Kind.NUMBER ? (Object) (flag.value() ? 1L : 0L) : unfit(column, parameter, value);
            case Expression.Nothing nothing -> column.isNullable() ? null : unfit(column, parameter, value);
            case Expression.Items items -> structure(column, parameter, value);
            case Expression.Pairs pairs -> structure(column, parameter, value);
            case Expression.Construct construct -> unfit(column, parameter, value);
            case Expression.Reference reference -> null;
            case Expression.Environment environment -> null;
        };
    }

    /** As SQLite keeps a text in a column for numbers. */
    private static Object numeric(String text) {
        Object number = Numbers.read(text);
        return number == null ? text : number;
    }

    private @Nullable Object structure(ColumnShape column, Assignment parameter, Expression value) {
        return column.kind() == Kind.STRUCTURE
                ? Structures.stored(value, scope, complaints)
                : unfit(column, parameter, value);
    }

    private @Nullable Object unfit(ColumnShape column, Assignment parameter, Expression value) {
        String wanted = switch (column.kind()) {
            case TEXT -> "a string";
            case NUMBER -> "a number, or a string with a unit,";
            case STRUCTURE -> "a set of pairs";
        };
        boolean lacksQuotes = column.kind() == Kind.TEXT && value instanceof Expression.Numeral;
        complaints.accept(Complaint.error(
                parameter.value().spot(),
                "here stands " + value.shown() + " where " + wanted + " is expected",
                lacksQuotes
                        ? "write it in quotes"
                        : column.meaning().isEmpty() ? "" : "see " + column.name() + ": " + column.meaning()));
        return null;
    }

    /** The text that a setting or a media type gets; null after an error, which is complained of. */
    @Nullable
    String text(String key, Expression expression) {
        Expression value = scope.resolve(expression);
        return switch (value) {
            case null -> null;
            case Expression.Text text -> text.value();
            case Expression.Numeral number -> number.spelling();
            case Expression.Flag flag -> flag.value() ? "1" : "0";
            case Expression.Nothing nothing -> unfit(key, value);
            case Expression.Items items -> unfit(key, value);
            case Expression.Pairs pairs -> unfit(key, value);
            case Expression.Construct construct -> unfit(key, value);
            case Expression.Reference reference -> null;
            case Expression.Environment environment -> null;
        };
    }

    private @Nullable String unfit(String key, Expression value) {
        complaints.accept(Complaint.error(
                value.spot(),
                "here stands " + value.shown() + " where a string or a number is expected",
                "write '" + key + "': '...'"));
        return null;
    }
}
