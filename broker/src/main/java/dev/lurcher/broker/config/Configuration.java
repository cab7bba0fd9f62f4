package dev.lurcher.broker.config;

import java.util.Map;

/**
 * What one broker process needs of a database. Immutable.
 *
 * @param server the server, with everything that belongs to it
 * @param settings of all servers of the database
 * @param mimeTypes media types by file name extension, which begins with a dot
 */
public record Configuration(Server server, Settings settings, Map<String, String> mimeTypes) {
    /** Copies the map. */
    public Configuration {
        mimeTypes = Map.copyOf(mimeTypes);
    }
}
