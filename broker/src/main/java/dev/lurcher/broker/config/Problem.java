package dev.lurcher.broker.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something in a database that is wrong, or that is not what it looks like.
 *
 * @param severity whether a broker can run with it
 * @param place where
 * @param value what stands there, fit to be printed; null for NULL
 * @param fault what is wrong with it, a sentence without its full stop
 * @param allowed what may stand there; empty where the fault says it all
 * @param fix what to do about it, in the imperative and without a full stop
 */
public record Problem(
        Severity severity, Place place, @Nullable String value, String fault, String allowed, String fix) {
    private static final int LONGEST_VALUE = 120;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(\\.[0-9]+)?");

    /** Cuts a long value and makes the control characters of a hostile one visible. */
    public Problem {
        value = value == null ? null : Printable.of(value, LONGEST_VALUE);
    }

    /** Whether a broker can run with it. */
    public enum Severity {
        /** No broker starts. */
        ERROR,
        /** A broker runs, perhaps not as was meant. */
        WARNING,
        /** Worth knowing, and all right. */
        NOTE
    }

    /** Something that keeps a broker from starting. */
    public static Problem error(Place place, @Nullable String value, String fault, String allowed, String fix) {
        return new Problem(Severity.ERROR, place, value, fault, allowed, fix);
    }

    /** Something that a broker can run with, perhaps not as was meant. */
    public static Problem warning(Place place, @Nullable String value, String fault, String allowed, String fix) {
        return new Problem(Severity.WARNING, place, value, fault, allowed, fix);
    }

    /** Something worth knowing that needs no action. */
    public static Problem note(Place place, @Nullable String value, String fault, String fix) {
        return new Problem(Severity.NOTE, place, value, fault, "", fix);
    }

    /** Where it is and what stands there: {@code server row 1, port = 70000}. */
    public String subject() {
        return place + " = " + (value == null ? "NULL" : quoted(value));
    }

    /** Text in quotes, a number without. */
    public static String quoted(String value) {
        return NUMBER.matcher(value).matches() ? value : "\"" + value + "\"";
    }

    /** What is wrong and what is allowed. */
    public String explanation() {
        return allowed.isEmpty() ? fault : fault + "; allowed: " + allowed;
    }

    /** All of it in one line. */
    @Override
    public String toString() {
        return severity + " " + subject() + ": " + explanation() + (fix.isEmpty() ? "" : ". Fix: " + fix);
    }
}
