package dev.lurcher.broker.config;

/**
 * Something in a database that is wrong, or that is not what it looks like.
 *
 * @param severity whether a broker can run with it
 * @param place    table, row and column
 * @param value    what stands there
 * @param fix      what is wrong, what is allowed, and what to do
 */
public record Problem(Severity severity, String place, String value, String fix) {
    /** Whether a broker can run with it. */
    public enum Severity {
        /** No broker starts. */
        ERROR,
        /** A broker runs, perhaps not as was meant. */
        WARNING
    }

    @Override
    public String toString() {
        return severity + " " + place + (value.isEmpty() ? "" : " = " + value) + ": " + fix;
    }
}
