package dev.lurcher.broker.telemetry;

/**
 * What the access log holds and how it is written.
 *
 * @param format of a line
 * @param pattern of a line, where the format is {@link AccessFormat#PATTERN}; see {@link LinePattern}
 * @param filter which exchanges are logged
 * @param server the server's name, for formats that tell it
 */
public record AccessStyle(AccessFormat format, String pattern, AccessFilter filter, String server) {
    /** All exchanges in one of the formats that need nothing more. */
    public static AccessStyle all(AccessFormat format, String server) {
        return new AccessStyle(format, LinePattern.USUAL, AccessFilter.ALL, server);
    }

    AccessFormat.LineFormat lines() {
        return format.lines(this);
    }
}
