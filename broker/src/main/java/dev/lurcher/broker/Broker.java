package dev.lurcher.broker;

import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.http.HttpListener;
import dev.lurcher.broker.http.HttpServer;
import dev.lurcher.broker.http.Snapshot;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.metrics.Facts;
import dev.lurcher.broker.metrics.Seeing;
import dev.lurcher.broker.metrics.Sources;
import dev.lurcher.broker.proxy.DnsNames;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.telemetry.RequestMemory;
import dev.lurcher.broker.tls.Certificates;
import dev.lurcher.broker.upload.UploadException;
import dev.lurcher.broker.upload.UploadPlace;
import dev.lurcher.broker.upload.UploadStore;
import dev.lurcher.broker.zmtp.Endpoint;
import io.netty.channel.EventLoop;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker for one server: the place where its parts are built, in the order of the road, and closed in reverse.
 * <p>Thread: started, drained and closed by one thread at a time, which is no event loop. {@link #reload} may be called by any other
 * that may wait.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final Duration LOOK_EACH = Duration.ofMillis(20);

    private final EventLoops loops;
    private final Counters counters = new Counters();
    private final DnsNames names;
    private final Handlers handlers;
    private final Directories directories;
    private final HttpServer server;
    private final HttpListener listener;
    private final Entrance entrance;
    private final Watch watch;
    private final Reload reload;
    private final Origin origin;
    private final LoopContexts contexts;
    private final Seeing seeing;
    private final ReentrantLock reloading = new ReentrantLock();
    private @Nullable UploadStore uploadStore;
    private final ControlEntrance control;
    private volatile Configuration configuration;
    private volatile boolean stopping;

    private Broker(Configuration configuration, ExchangeLog log, EventLoops loops, Origin origin) {
        Settings settings = configuration.settings();
        this.configuration = configuration;
        this.loops = loops;
        this.origin = origin;
        names = new DnsNames(loops);
        contexts = new LoopContexts(loops, settings.integer(Setting.HANDLER_TARGETS));
        Ground ground = new Ground(loops, contexts, counters, names);
        handlers = new Handlers(ground);
        try {
            seeing = new Seeing(loops, configuration, log);
            uploadStore = uploadStore(configuration);
            Handlers.Plan plan = handlers.plan(configuration);
            handlers.adopt(plan, configuration, Duration.ZERO);
            directories = new Directories(configuration);
            server = httpServer(ground.parts(configuration, plan, null), seeing);
            listener = new HttpListener(server, contexts, room(settings));
            watch = new Watch(this::pools, server, this::memoryMark);
            everySoOften(watch);
            everySoOften(() -> handlers.closeUnused(listener::hasRequestsFor));
            entrance = new Entrance(listener, loops, configuration);
            facts().certificates(this::certificates);
            control = new ControlEntrance(loops);
            reload = new Reload(ground, handlers, directories, server, new Reload.Doors(entrance, control));
            server.revision(origin.revision());
            seeing.facts().revision(server::revision);
            seeing.open(sources());
        } catch (RuntimeException | Error e) {
            handlers.close();
            loops.close();
            if (uploadStore != null) {
                uploadStore.close();
            }
            throw e;
        }
    }

    /**
     * Builds and starts everything. Returns when the server accepts requests.
     *
     * @param log hears of every exchange
     * @throws StartException for what cannot be bound; nothing is left running then
     */
    public static Broker start(Configuration configuration, ExchangeLog log) {
        return start(
                configuration, log, EventLoops.start(configuration.settings().integer(Setting.EVENT_LOOPS)));
    }

    /**
     * As {@link #start(Configuration, ExchangeLog)}, on event loops that were started for it: it closes them in the end, and
     * when it cannot start.
     */
    public static Broker start(Configuration configuration, ExchangeLog log, EventLoops loops) {
        return start(configuration, log, loops, () -> new ConfigReader.Loaded(Path.of(""), configuration, List.of()));
    }

    /**
     * As {@link #start(Configuration, ExchangeLog, EventLoops)}.
     *
     * @param origin where {@link #reload} reads
     */
    public static Broker start(Configuration configuration, ExchangeLog log, EventLoops loops, Origin origin) {
        return new Broker(configuration, log, loops, origin);
    }

    private Sources sources() {
        return new Sources(
                counters,
                this::pools,
                handlers::listeners,
                seeing.delays(),
                seeing,
                this::unready,
                () -> stopping,
                seeing.facts());
    }

    private HttpServer httpServer(Snapshot.Parts parts, ExchangeLog log) {
        try {
            return new HttpServer(parts, new HttpServer.Backends(directories, uploadStore), log, counters);
        } catch (UncheckedIOException e) {
            throw new StartException(e.getMessage() + ". Fix: make it a file in UTF-8 that the broker may read.");
        }
    }

    private static @Nullable UploadStore uploadStore(Configuration configuration) {
        Settings settings = configuration.settings();
        String template = settings.text(Setting.UPLOAD_TEMP_STORE);
        if (template.isEmpty() || settings.flag(Setting.UPLOAD_STREAM)) {
            return null;
        }
        try {
            return UploadStore.open(UploadPlace.of(
                    configuration.server().chroot(),
                    template,
                    settings.text(Setting.UPLOAD_TEMP_STORE_MODE),
                    settings.number(Setting.UPLOAD_TOTAL_BYTES)));
        } catch (UploadException e) {
            if (e.code() != UploadException.Code.BAD_FOLDER) {
                throw new StartException(String.valueOf(e.getMessage()));
            }
            // As with Mongrel2, whose configurations often name a folder that nobody ever made.
            LOG.warn("{}. Until a restart with it, larger content gets 413", e.getMessage());
            return null;
        }
    }

    private void everySoOften(Runnable look) {
        loops.all()
                .get(0)
                .scheduleAtFixedRate(look, Watch.EACH.toMillis(), Watch.EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    private int memoryMark() {
        return configuration.settings().integer(Setting.MEMORY_MARK);
    }

    private static HttpListener.Room room(Settings settings) {
        int wished = settings.integer(Setting.CONNECTIONS);
        int descriptors = OpenFiles.limit();
        return new HttpListener.Room(wished > 0 ? wished : descriptors / 10 * 8, descriptors);
    }

    /**
     * Reads the configuration again and goes by it, if it is sound and everything that it asks for can be had; else nothing
     * changes. Requests under way end as they began. Waits for sockets and the disk: not for an event loop to call.
     */
    public ReloadResult reload() {
        if (loops.all().stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("a reload waits, and an event loop may not");
        }
        reloading.lock();
        try {
            if (stopping) {
                return ReloadResult.refused(List.of("the broker is stopping"));
            }
            Reload.Outcome outcome = reload.run(configuration, origin);
            configuration = outcome.running();
            seeing.facts().reloaded(outcome.result().applied());
            if (outcome.result().applied()) {
                server.revision(origin.revision());
            }
            return withAdmin(outcome.result());
        } finally {
            reloading.unlock();
        }
    }

    /** Reads the certificates of the admin listener again as well, if the rest was taken. */
    private ReloadResult withAdmin(ReloadResult result) {
        if (!result.applied()) {
            return result;
        }
        Certificates.Reloaded read = seeing.reload();
        List<String> changes = new ArrayList<>(result.changes());
        changes.addAll(read.changes());
        List<String> problems = new ArrayList<>(result.problems());
        problems.addAll(read.problems());
        return new ReloadResult(true, changes, problems, result.needRestart());
    }

    /**
     * Opens the control port, by which the broker can be asked and told (docs/control.md). Once at most.
     *
     * @throws StartException when it cannot be bound; where nobody has chosen its endpoint that is only a warning
     */
    public void openControlPort(Keeper keeper) {
        control.open(configuration, new BrokerOperations(this, keeper));
    }

    /** Accepts no commands any more. */
    void closeControlPort() {
        control.stop();
    }

    /** Where the control port is bound, or null. */
    public @Nullable Endpoint controlEndpoint() {
        return control.endpoint();
    }

    LoopContexts contexts() {
        return contexts;
    }

    /** The workers and the queue of a handler of this server. */
    @Nullable
    HandlerPool pool(Target.Handler handler) {
        return server.snapshot().parts().pools().get(handler);
    }

    /** What it runs by now. */
    public Configuration configuration() {
        return configuration;
    }

    /** Where clients connect, with the real port when 0 was configured. */
    public InetSocketAddress address() {
        return entrance.address();
    }

    /** The endpoints of all handlers, replies and requests in turn, with real ports. */
    public List<Endpoint> endpoints() {
        return handlers.used().stream()
                .flatMap(each -> each.endpoints().stream())
                .toList();
    }

    /** What has happened since the start. */
    public Counters counters() {
        return counters;
    }

    /** All that was counted since the start, as one line of JSON; complete once the broker is closed. */
    public String figures() {
        return Figures.json(counters, pools());
    }

    /** The workers and the queue of each handler; those that share their endpoints once. */
    public Set<HandlerPool> pools() {
        return handlers.used().stream().map(HandlerEndpoints::pool).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether requests may be sent here: it is not stopping, and every required handler has a worker. Any thread. */
    public boolean isReady() {
        return unready().isEmpty();
    }

    private String unready() {
        return stopping ? "stopping" : watch.isReady() ? "" : "no worker of " + watch.missing();
    }

    /** What other parts tell about themselves, for the metrics. */
    public Facts facts() {
        return seeing.facts();
    }

    /** When each certificate in use ends, by its name; none where TLS is not spoken. */
    public Map<String, Instant> certificates() {
        Map<String, Instant> all = new TreeMap<>(entrance.expiries());
        all.putAll(seeing.expiries());
        return all;
    }

    /** What is done when certificates were replaced, by the thread that has seen to that. */
    public void onCertificates(Runnable told) {
        entrance.onChange(told);
    }

    /** What became of the latest requests. */
    public RequestMemory memory() {
        return seeing.memory();
    }

    /** Where the admin listener is, if the configuration has one. */
    public Optional<InetSocketAddress> admin() {
        return seeing.admin();
    }

    /** How bytes move: epoll or nio. */
    public String transport() {
        int count = loops.all().size();
        return loops.transport().name().toLowerCase(Locale.ROOT) + ", " + count
                + (count == 1 ? " event loop" : " event loops");
    }

    /**
     * Accepts nobody any more and waits for what is running.
     *
     * @param most how long to wait
     * @return how many connections were left when the time was over, 0 when all had ended
     */
    public int drain(Duration most) throws InterruptedException {
        stop();
        server.drain();
        listener.drain();
        long until = System.nanoTime() + most.toNanos();
        while (listener.open() > 0 && System.nanoTime() - until < 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EACH.toNanos());
        }
        return listener.open();
    }

    /** From now on nothing is reloaded. */
    private void stop() {
        reloading.lock();
        try {
            stopping = true;
        } finally {
            reloading.unlock();
        }
    }

    /** Ends everything that is still open, now. */
    @Override
    public void close() {
        seeing.close();
        control.close();
        stop();
        listener.close().toCompletableFuture().join();
        // While every loop runs: a connection that has ended tells a worker, and that may be another loop's.
        loops.settle();
        if (uploadStore != null) {
            // Connections have given up what was unfinished; those who delete it need no loop.
            uploadStore.close();
        }
        handlers.close();
        names.close();
        loops.close();
        directories.close();
        entrance.close();
    }
}
