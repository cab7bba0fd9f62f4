package dev.lurcher.broker.http;

import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.directory.FileAnswers;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.proxy.Upstream;
import dev.lurcher.broker.route.HostRoutes;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.upload.UploadStore;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. Immutable but for {@link #drain}; any thread. */
public final class HttpServer {
    /** Value of the Server field in answers of our own. */
    private static final String SERVER = "Lurcher";

    private final RouteTable routes;
    private final IdentityHashMap<Target.Handler, HandlerPool> pools;
    private final IdentityHashMap<Target.Proxy, Upstream> upstreams;
    private final Directories directories;
    private final @Nullable UploadStore uploadStore;
    private final HttpSettings settings;
    private final Counters counters;
    private final ExchangeLog log;

    /** One per event loop: it keeps the date of the present second. */
    private final FastThreadLocal<ErrorAnswers> answers = new FastThreadLocal<>() {
        @Override
        protected ErrorAnswers initialValue() {
            return new ErrorAnswers(SERVER, InstantSource.system());
        }
    };

    /** Likewise. */
    private final FastThreadLocal<FileAnswers> fileAnswers = new FastThreadLocal<>() {
        @Override
        protected FileAnswers initialValue() {
            return new FileAnswers(SERVER, InstantSource.system());
        }
    };

    /** What is answered for a handler that has no worker, where it has a page for that. */
    private final IdentityHashMap<HandlerPool, String> pages = new IdentityHashMap<>();

    private final ContentMemory contentMemory;

    /** Of each handler, where there are several. */
    private final IdentityHashMap<HandlerPool, ContentMemory> contentShares = new IdentityHashMap<>();

    private volatile boolean draining;
    private volatile boolean overloaded;
    private volatile long revision;

    /**
     * What answers at the targets to which routes lead.
     *
     * @param pools       the pool of each handler; handlers are told apart by identity
     * @param upstreams   of each proxy, likewise
     * @param directories where files are
     * @param uploadStore where content is kept that is too large for one message; null: nowhere
     */
    public record Backends(
            IdentityHashMap<Target.Handler, HandlerPool> pools,
            IdentityHashMap<Target.Proxy, Upstream> upstreams,
            Directories directories,
            @Nullable UploadStore uploadStore) {}

    /** Creates a server. */
    public HttpServer(RouteTable routes, Backends backends, HttpSettings settings, ExchangeLog log, Counters counters) {
        this.routes = routes;
        this.pools = new IdentityHashMap<>(backends.pools());
        this.upstreams = new IdentityHashMap<>(backends.upstreams());
        this.directories = backends.directories();
        this.uploadStore = backends.uploadStore();
        this.settings = settings;
        this.log = log;
        this.counters = counters;
        for (HandlerPool pool : pools.values()) {
            if (pool.policy().onEmpty() instanceof OnEmpty.Page page) {
                pages.computeIfAbsent(pool, found -> read(page.folder().resolve("index.html")));
            }
        }
        this.contentMemory = new ContentMemory(settings.maxContentMemory());
        Set<HandlerPool> all = Set.copyOf(pools.values());
        if (all.size() > 1) {
            all.forEach(pool -> contentShares.put(pool, contentMemory.share()));
        }
    }

    /** What has happened so far. */
    public Counters counters() {
        return counters;
    }

    /** From now on connections end after the answer they are waiting for, and new requests are refused. */
    public void drain() {
        draining = true;
    }

    /** Says whether the process is short of memory: then new requests are refused, and what is under way goes on. */
    public void overloaded(boolean isShort) {
        overloaded = isShort;
    }

    /** Says which revision of the configuration decides on requests from now on. */
    public void revision(long number) {
        revision = number;
    }

    /** The revision of the configuration in force; 0 where none is known. */
    public long revision() {
        return revision;
    }

    boolean isOverloaded() {
        return overloaded;
    }

    ContentMemory contentMemory() {
        return contentMemory;
    }

    /** What the contents of one handler's requests may take. */
    ContentMemory contentMemory(Target.Handler handler) {
        return contentMemory(pool(handler));
    }

    /** What the contents of requests, and messages, to the workers of one pool may take. */
    ContentMemory contentMemory(HandlerPool pool) {
        return contentShares.getOrDefault(pool, contentMemory);
    }

    boolean isDraining() {
        return draining;
    }

    /** The answers of the event loop that asks. */
    ErrorAnswers answers() {
        return answers.get();
    }

    Directories directories() {
        return directories;
    }

    /** The answers with files of the event loop that asks. */
    FileAnswers fileAnswers() {
        return fileAnswers.get();
    }

    /** Finds where the request leads, and notes it in request and record; null where nothing is found. */
    @Nullable
    Target target(Request head, ExchangeRecord record) {
        HostRoutes host = routes.host(head.host());
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
        return routes.defaultHost().find(path);
    }

    HttpSettings settings() {
        return settings;
    }

    HandlerPool pool(Target.Handler handler) {
        HandlerPool pool = pools.get(handler);
        if (pool == null) {
            throw new IllegalStateException("handler row " + handler.row() + " has no pool");
        }
        return pool;
    }

    Upstream upstream(Target.Proxy proxy) {
        Upstream upstream = upstreams.get(proxy);
        if (upstream == null) {
            throw new IllegalStateException("proxy row " + proxy.row() + " has no upstream");
        }
        return upstream;
    }

    /** Whether content that is too large for one message can reach a worker. */
    boolean canUpload() {
        return settings.streamsUploads() || uploadStore != null;
    }

    /** Where uploads are kept; null where they are streamed, or there are none. */
    @Nullable
    UploadStore uploadStore() {
        return settings.streamsUploads() ? null : uploadStore;
    }

    /** The page for a handler without workers, or empty. */
    String page(HandlerPool pool) {
        return pages.getOrDefault(pool, "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the page " + file + " (handler.on_empty): " + e.getMessage(), e);
        }
    }

    /** The value of {@code x-forwarded-for}: the client's address, or null where the client's own field stays. */
    @Nullable
    String forwardedFor(String remoteAddress) {
        return settings.keepsForwardedFor() ? null : remoteAddress;
    }

    void onExchangeEnd(ExchangeRecord record) {
        record.count();
        log.onEnd(record);
    }
}
