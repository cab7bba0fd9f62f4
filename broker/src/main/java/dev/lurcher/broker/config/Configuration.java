package dev.lurcher.broker.config;

import java.util.Map;

/** What one broker process needs of a database. */
public record Configuration(Server server, Settings settings, Map<String, String> mimeTypes) {
    /** Copies the map. */
    public Configuration {
        mimeTypes = Map.copyOf(mimeTypes);
    }
}
