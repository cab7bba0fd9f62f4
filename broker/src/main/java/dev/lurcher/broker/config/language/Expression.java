package dev.lurcher.broker.config.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand behind "=" and in lists. Closed; immutable. */
sealed interface Expression {
    /** Where it begins. */
    Spot spot();

    /** A string. */
    record Text(Spot spot, String value) implements Expression {}

    /** A number, as it is written. */
    record Numeral(Spot spot, String spelling) implements Expression {}

    /** {@code true} or {@code false}. */
    record Flag(Spot spot, boolean value) implements Expression {}

    /** {@code null}: the column's NULL. */
    record Nothing(Spot spot) implements Expression {}

    /** The name of something assigned elsewhere. */
    record Reference(Spot spot, String name) implements Expression {}

    /** {@code env('NAME', fallback)}. */
    record Environment(Spot spot, String variable, @Nullable Expression fallback) implements Expression {}

    /** {@code Name(parameter = value, ...)}. */
    record Construct(Spot spot, String name, List<Assignment> parameters) implements Expression {}

    /** {@code [value, ...]}. */
    record Items(Spot spot, List<Expression> values) implements Expression {}

    /** {@code {'key': value, ...}}. */
    record Pairs(Spot spot, List<Pair> pairs) implements Expression {}

    /** One of several pairs. */
    record Pair(Text key, Expression value) {}

    /** {@code name = value}. */
    record Assignment(Spot spot, String name, Expression value) {}

    /** As a message names it. */
    default String shown() {
        return switch (this) {
            case Text text -> "a string";
            case Numeral number -> "a number";
            case Flag flag -> String.valueOf(flag.value());
            case Nothing nothing -> "null";
            case Reference reference -> "the name " + reference.name();
            case Environment environment -> "an environment variable";
            case Construct construct -> "a " + construct.name();
            case Items items -> "a list";
            case Pairs pairs -> "a set of pairs";
        };
    }
}
