package dev.lurcher.broker.config;

import java.util.Map;

/**
 * What one broker process needs of a database. Immutable.
 *
 * @param server the server, with everything that belongs to it
 * @param settings of all servers of the database
 * @param mimeTypes media types by file name extension, which begins with a dot
 * @param admissions who may connect to the server's ZeroMQ endpoints
 */
public record Configuration(Server server, Settings settings, Map<String, String> mimeTypes, Admissions admissions) {
    /** Copies the map. */
    public Configuration {
        mimeTypes = Map.copyOf(mimeTypes);
    }

    /** A configuration whose ZeroMQ endpoints let everybody in. */
    public Configuration(Server server, Settings settings, Map<String, String> mimeTypes) {
        this(server, settings, mimeTypes, Admissions.OPEN);
    }

    /** The same with other settings. */
    public Configuration with(Settings others) {
        return new Configuration(server, others, mimeTypes, admissions);
    }
}
