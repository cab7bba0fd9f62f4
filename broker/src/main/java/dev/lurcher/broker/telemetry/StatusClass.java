package dev.lurcher.broker.telemetry;

import java.util.List;

/** The classes of status codes (RFC 9110, 15), and one for what is none. */
final class StatusClass {
    /** How many there are. */
    static final int COUNT = 6;

    private static final List<String> NAMES = List.of("none", "1xx", "2xx", "3xx", "4xx", "5xx");

    private StatusClass() {}

    /** The class of a status, 1 to 5; 0 for what is no status. */
    static int of(int status) {
        return status >= 100 && status < 600 ? status / 100 : 0;
    }

    /** {@code 2xx}, or {@code none}. */
    static String name(int statusClass) {
        return NAMES.get(statusClass);
    }
}
