package dev.lurcher.broker.console;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages there are, by their paths. Filled before anybody is served, immutable afterwards. */
public final class AdminPages {
    /**
     * A page.
     *
     * @param isOpen whether it is shown to whoever asks, without a token
     */
    record Place(String path, AdminPage page, boolean isOpen) {}

    private final Map<String, Place> places = new LinkedHashMap<>();

    /**
     * Adds a page.
     *
     * @param path begins with a slash, has no other; what stands behind it is the page's matter
     */
    public AdminPages with(String path, AdminPage page) {
        places.put(path, new Place(path, page, false));
        return this;
    }

    /** Adds a page that needs no token even where the others do. */
    public AdminPages withOpen(String path, AdminPage page) {
        places.put(path, new Place(path, page, true));
        return this;
    }

    /** The page of a path, or null. */
    @Nullable
    Place find(String path) {
        int second = path.indexOf('/', 1);
        return places.get(second < 0 ? path : path.substring(0, second));
    }

    /** All paths, one a line. */
    String list() {
        return String.join("\n", places.keySet()) + "\n";
    }
}
