package dev.lurcher.broker.config;

import dev.lurcher.broker.config.Setting.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the value of a setting is written and bounded.
 *
 * @param kind what a value is
 * @param least least number; milliseconds for a time
 * @param most greatest number; milliseconds for a time
 * @param words what may be written, where the kind is a word
 * @param byDefault what counts when the database says nothing
 * @param mongrel2 whether the key is Mongrel2's: its numbers are then read as C's {@code atoi} does, so that a database means
 *     the same to both
 * @param reloadable whether a reload takes a new value, and not only a start
 */
record Rule(
        Kind kind, long least, long most, List<String> words, String byDefault, boolean mongrel2, boolean reloadable) {
    /** What stands for the word of a count. */
    static final int BY_WORD = -1;

    /** C's {@code isspace} in its usual locale. */
    private static final Pattern C_NUMBER = Pattern.compile("[ \\t\\n\\x0B\\f\\r]*([+-]?[0-9]+)(.*)", Pattern.DOTALL);

    private static final Pattern NUMBER = Pattern.compile("(-?)([0-9]{1,15})(?:\\.([0-9]{1,6}))? ?([a-z]*)");
    private static final int DECIMALS = 6;
    private static final int MILLION = 1_000_000;

    /**
     * A text, read as a value.
     *
     * @param number what it means, where a value is a number: bytes, milliseconds, 0 or 1, or a count
     * @param fault why it cannot be taken; empty when it can
     * @param remark how it is understood where that may surprise; empty where not
     */
    record Reading(long number, String fault, String remark) {}

    static Rule count(long least, long most, String byDefault) {
        return new Rule(Kind.COUNT, least, most, List.of(), byDefault, false, true);
    }

    static Rule flag(String byDefault) {
        return new Rule(Kind.FLAG, 0, 1, List.of(), byDefault, false, true);
    }

    static Rule bytes(String least, String most, String byDefault) {
        return bounded(Kind.BYTES, least, most, byDefault);
    }

    static Rule time(String least, String most, String byDefault) {
        return bounded(Kind.DURATION, least, most, byDefault);
    }

    static Rule word(String byDefault, String... others) {
        List<String> words = new ArrayList<>(List.of(byDefault));
        words.addAll(List.of(others));
        return new Rule(Kind.WORD, 0, 0, List.copyOf(words), byDefault, false, true);
    }

    static Rule text(String byDefault) {
        return new Rule(Kind.TEXT, 0, 0, List.of(), byDefault, true, false);
    }

    /** A key of Mongrel2 that stands for nothing here. */
    static Rule ignored(String byDefault) {
        return new Rule(Kind.IGNORED, 0, 0, List.of(), byDefault, true, false);
    }

    private static Rule bounded(Kind kind, String least, String most, String byDefault) {
        Rule any = new Rule(kind, 0, Long.MAX_VALUE, List.of(), byDefault, false, true);
        return new Rule(kind, any.read(least).number(), any.read(most).number(), List.of(), byDefault, false, true);
    }

    /** The same for a count that may also be left to the broker, by writing a word: it is read as {@link #BY_WORD}. */
    Rule orWord(String word) {
        return new Rule(kind, least, most, List.of(word), word, mongrel2, reloadable);
    }

    /** The same for a key that Mongrel2 has too. */
    Rule asMongrel2() {
        return new Rule(kind, least, most, words, byDefault, true, reloadable);
    }

    /** The same for a text that is no key of Mongrel2's and that a reload takes. */
    Rule asOurs() {
        return new Rule(kind, least, most, words, byDefault, false, true);
    }

    /** The same for a text of Mongrel2's that a reload takes. */
    Rule onReload() {
        return new Rule(kind, least, most, words, byDefault, mongrel2, true);
    }

    /** The same for a value that only a start can take. */
    Rule atStart() {
        return new Rule(kind, least, most, words, byDefault, mongrel2, false);
    }

    boolean isNumber() {
        return switch (kind) {
            case COUNT, BYTES, DURATION, FLAG -> true;
            case WORD, TEXT, IGNORED -> false;
        };
    }

    /** Whether a value of this kind does anything. */
    boolean hasEffect() {
        return kind != Kind.IGNORED;
    }

    Reading read(String text) {
        if (kind == Kind.WORD) {
            return new Reading(0, words.contains(text) ? "" : "there is no such word", "");
        }
        if (!isNumber()) {
            return new Reading(0, "", "");
        }
        if (words.contains(text)) {
            return new Reading(BY_WORD, "", "");
        }
        return mongrel2 ? readAsC(text) : readWithUnit(text);
    }

    private Reading readAsC(String text) {
        Matcher matcher = C_NUMBER.matcher(text);
        boolean matches = matcher.matches();
        String digits = matches ? matcher.group(1) : "0";
        if (digits.length() > 18) {
            return new Reading(0, "the number is too long", "");
        }
        long number = Long.parseLong(digits);
        String remark = matches && matcher.group(2).isEmpty() && text.equals(matcher.group(1))
                ? ""
                : "it is read as " + number + ", as Mongrel2 reads it: digits up to the first other character";
        return new Reading(number, fault(number), remark);
    }

    private Reading readWithUnit(String text) {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches()) {
            return new Reading(0, "it is not a number" + (hasUnits() ? " with a unit" : ""), "");
        }
        long each = unit(matcher.group(4));
        if (each == 0) {
            return new Reading(0, "the unit \"" + matcher.group(4) + "\" is none of " + units(), "");
        }
        long whole = Long.parseLong(matcher.group(2));
        String decimals = matcher.group(3) == null ? "" : matcher.group(3);
        long millionths = Long.parseLong(decimals + "0".repeat(DECIMALS - decimals.length())) * each;
        if (millionths % MILLION != 0) {
            return new Reading(0, "it is not a whole number of " + (kind == Kind.DURATION ? "ms" : "units"), "");
        }
        long value = whole < Long.MAX_VALUE / each ? whole * each + millionths / MILLION : Long.MAX_VALUE;
        long signed = matcher.group(1).isEmpty() ? value : -value;
        return new Reading(signed, fault(signed), "");
    }

    private String fault(long number) {
        return number < least || number > most ? "it is out of range" : "";
    }

    private boolean hasUnits() {
        return kind == Kind.BYTES || kind == Kind.DURATION;
    }

    private String units() {
        return kind == Kind.BYTES ? "k, m, g" : kind == Kind.DURATION ? "ms, s, m, h" : "those allowed (there is none)";
    }

    /** How many bytes or milliseconds the unit stands for; 0 for a unit that there is not. */
    private long unit(String suffix) {
        return switch (kind) {
            case BYTES ->
                switch (suffix) {
                    case "" -> 1;
                    case "k" -> 1L << 10;
                    case "m" -> 1L << 20;
                    case "g" -> 1L << 30;
                    default -> 0;
                };
            case DURATION ->
                switch (suffix) {
                    case "ms" -> 1;
                    case "", "s" -> 1000;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 0;
                };
            case COUNT, FLAG, WORD, TEXT, IGNORED -> suffix.isEmpty() ? 1 : 0;
        };
    }

    /** What may be written, in short. */
    String range() {
        return switch (kind) {
            case COUNT -> least + " to " + most + (words.isEmpty() ? "" : ", or " + words.get(0));
            case FLAG -> "0 or 1";
            case BYTES -> mongrel2 ? least + " to " + most : bytes(least) + " to " + bytes(most);
            case DURATION -> time(least) + " to " + time(most);
            case WORD -> String.join(", ", words);
            case TEXT, IGNORED -> "any text";
        };
    }

    /** What may be written, with its units. */
    String allowed() {
        return switch (kind) {
            case BYTES -> range() + (mongrel2 ? " bytes" : " (bytes, or with k, m, g behind the number)");
            case DURATION -> range() + " (seconds, or with ms, s, m, h behind the number)";
            case COUNT, FLAG, WORD, TEXT, IGNORED -> range();
        };
    }

    /** The shortest way to write a number of bytes. */
    static String bytes(long number) {
        if (number == 0) {
            return "0";
        }
        String[] units = {"", "k", "m", "g"};
        int unit = Math.min(3, Long.numberOfTrailingZeros(number) / 10);
        return (number >> (10 * unit)) + units[unit];
    }

    /** The shortest way to write a time. */
    static String time(long millis) {
        if (millis == 0) {
            return "0";
        }
        return millis % 3_600_000 == 0
                ? millis / 3_600_000 + "h"
                : millis % 60_000 == 0 && millis > 60_000
                        ? millis / 60_000 + "m"
                        : millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
