package dev.lurcher.broker.telemetry;

/**
 * What requests are told apart by when they are counted. Both come from the configuration and never from a client.
 *
 * @param host the host's name; empty for what could not be read
 * @param route the route's path; empty where none was found
 */
public record RouteKey(String host, String route) {
    /** What could not be read, and what belongs to no request. */
    static final RouteKey NONE = new RouteKey("", "");

    /** All those for which there is no room. */
    static final RouteKey OTHERS = new RouteKey("(others)", "(others)");
}
