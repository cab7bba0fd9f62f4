package dev.lurcher.broker.http;

import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Tree;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.proxy.Upstream;
import dev.lurcher.broker.route.HostRoutes;
import dev.lurcher.broker.route.RouteTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one configuration makes of a server: where requests lead, and what answers there. A request keeps to its end the one that
 * was in force when its head had come; a reload makes another. Immutable, any thread.
 */
public final class Snapshot {
    private final Parts parts;

    /** What is answered for a handler that has no worker, where it has a page for that. */
    private final IdentityHashMap<HandlerPool, String> pages = new IdentityHashMap<>();

    /** What the contents for each handler may take, where there are several. */
    private final IdentityHashMap<HandlerPool, ContentMemory> shares = new IdentityHashMap<>();

    /**
     * What a snapshot is made of. Targets are told apart by identity.
     *
     * @param routes where requests lead
     * @param pools the pool of each handler
     * @param upstreams of each proxy
     * @param trees the folder of each directory
     * @param settings of HTTP
     */
    public record Parts(
            RouteTable routes,
            IdentityHashMap<Target.Handler, HandlerPool> pools,
            IdentityHashMap<Target.Proxy, Upstream> upstreams,
            IdentityHashMap<Target.Directory, Tree> trees,
            HttpSettings settings) {
        /** Copies the maps. */
        public Parts {
            pools = new IdentityHashMap<>(pools);
            upstreams = new IdentityHashMap<>(upstreams);
            trees = new IdentityHashMap<>(trees);
        }
    }

    /**
     * Makes one.
     *
     * @param memory of the contents of all requests
     * @param former whose shares of that memory go on; null for the first
     * @throws UncheckedIOException where the page for a handler without workers cannot be read
     */
    Snapshot(Parts parts, ContentMemory memory, @Nullable Snapshot former) {
        this.parts = parts;
        Set<HandlerPool> all = Set.copyOf(parts.pools().values());
        parts.pools().forEach((handler, pool) -> {
            if (handler.policy().onEmpty() instanceof OnEmpty.Page page) {
                pages.computeIfAbsent(pool, first -> read(page.folder().resolve("index.html")));
            }
        });
        for (HandlerPool pool : all) {
            if (all.size() > 1) {
                ContentMemory kept = former == null ? null : former.shares.get(pool);
                shares.put(pool, kept == null ? memory.share() : kept);
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the page " + file + " (handler.on_empty): " + e.getMessage(), e);
        }
    }

    /** What it was made of. */
    public Parts parts() {
        return parts;
    }

    HttpSettings settings() {
        return parts.settings();
    }

    /** Finds where the request leads, and notes it in request and record; null where nothing is found. */
    @Nullable
    Target target(Request head, ExchangeRecord record) {
        HostRoutes host = parts.routes().host(head.host());
        Route found = host.find(head.path());
        record.routed(host.host(), found);
        if (found == null) {
            return null;
        }
        head.routed(found.path());
        return found.target();
    }

    /** The route of a message, which has no host; null where there is none. */
    @Nullable
    Route messageRoute(String path) {
        return parts.routes().defaultHost().find(path);
    }

    HandlerPool pool(Target.Handler handler) {
        return known(parts.pools().get(handler), "pool", handler);
    }

    Upstream upstream(Target.Proxy proxy) {
        return known(parts.upstreams().get(proxy), "upstream", proxy);
    }

    Tree tree(Target.Directory directory) {
        return known(parts.trees().get(directory), "folder", directory);
    }

    private static <T> T known(@Nullable T found, String what, Target target) {
        if (found == null) {
            throw new IllegalStateException(target + " has no " + what);
        }
        return found;
    }

    /** The page for a handler without workers, or empty. */
    String page(HandlerPool pool) {
        return pages.getOrDefault(pool, "");
    }

    /** What the contents for one pool may take, where that is not all there is. */
    @Nullable
    ContentMemory share(HandlerPool pool) {
        return shares.get(pool);
    }
}
