package dev.lurcher.broker;

import dev.lurcher.broker.config.Admission;
import dev.lurcher.broker.config.Admissions;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.dispatch.ReplyRouter;
import dev.lurcher.broker.dispatch.WorkerListener;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.http.HttpListener;
import dev.lurcher.broker.http.HttpServer;
import dev.lurcher.broker.http.HttpSettings;
import dev.lurcher.broker.loop.BindFault;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.metrics.Facts;
import dev.lurcher.broker.metrics.Seeing;
import dev.lurcher.broker.metrics.Sources;
import dev.lurcher.broker.proxy.DnsNames;
import dev.lurcher.broker.proxy.Upstream;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.telemetry.RequestMemory;
import dev.lurcher.broker.upload.UploadException;
import dev.lurcher.broker.upload.UploadPlace;
import dev.lurcher.broker.upload.UploadStore;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.broker.zmtp.Role;
import dev.lurcher.broker.zmtp.ZmtpException;
import dev.lurcher.broker.zmtp.ZmtpListener;
import dev.lurcher.broker.zmtp.ZmtpSettings;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker for one server: the place where its parts are built, in the order of the road, and closed in reverse.
 * <p>Thread: started, drained and closed by one thread at a time, which is no event loop.
 */
public final class Broker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final Duration LOOK_EACH = Duration.ofMillis(20);

    private final Configuration configuration;
    private final Settings settings;
    private final Admissions admissions;
    private final SecurityRules rules;
    private final EventLoops loops;
    private final LoopContexts contexts;
    private final Counters counters = new Counters();
    private final IdentityHashMap<Target.Handler, HandlerPool> pools = new IdentityHashMap<>();
    private final IdentityHashMap<Target.Proxy, Upstream> upstreams = new IdentityHashMap<>();
    private final DnsNames names;
    private final List<ZmtpListener> endpoints = new ArrayList<>();
    private final Directories directories;
    private @Nullable UploadStore uploadStore;
    private volatile @Nullable ControlPort control;
    private final HttpServer server;
    private final HttpListener listener;
    private final Watch watch;
    private final Seeing seeing;
    private final InetSocketAddress address;
    private volatile boolean draining;

    private Broker(Configuration configuration, ExchangeLog log, EventLoops loops) {
        this.configuration = configuration;
        settings = configuration.settings();
        admissions = configuration.admissions();
        rules = new SecurityRules(configuration);
        this.loops = loops;
        names = new DnsNames(loops);
        try {
            Server config = configuration.server();
            seeing = new Seeing(loops, configuration, log);
            contexts = new LoopContexts(loops, settings.integer(Setting.HANDLER_TARGETS));
            uploadStore = uploadStore(config);
            handlers(config).values().forEach(this::open);
            proxies(config)
                    .forEach(proxy ->
                            upstreams.computeIfAbsent(proxy, first -> new Upstream(first, loops, names, counters)));
            RouteTable routes = RouteTable.of(config, settings.flag(Setting.ROUTE_STRICT));
            directories = new Directories(configuration);
            server = httpServer(routes, seeing);
            listener = new HttpListener(server, contexts, maxConnections(settings));
            watch = new Watch(pools(), server, settings.integer(Setting.MEMORY_MARK));
            loops.all()
                    .get(0)
                    .scheduleAtFixedRate(watch, Watch.EACH.toMillis(), Watch.EACH.toMillis(), TimeUnit.MILLISECONDS);
            address = listen(config);
            seeing.open(sources());
        } catch (RuntimeException | Error e) {
            endpoints.forEach(ZmtpListener::close);
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
        return new Broker(configuration, log, loops);
    }

    private Sources sources() {
        return new Sources(
                counters,
                this::pools,
                () -> endpoints,
                seeing.delays(),
                seeing,
                this::unready,
                () -> draining,
                seeing.facts());
    }

    private HttpServer httpServer(RouteTable routes, ExchangeLog log) {
        try {
            return new HttpServer(
                    routes,
                    new HttpServer.Backends(pools, upstreams, directories, uploadStore),
                    HttpSettings.of(settings),
                    log,
                    counters);
        } catch (UncheckedIOException e) {
            throw new StartException(e.getMessage() + ". Fix: make it a file in UTF-8 that the broker may read.");
        }
    }

    private @Nullable UploadStore uploadStore(Server config) {
        String template = settings.text(Setting.UPLOAD_TEMP_STORE);
        if (template.isEmpty() || settings.flag(Setting.UPLOAD_STREAM)) {
            return null;
        }
        try {
            return UploadStore.open(UploadPlace.of(
                    config.chroot(),
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

    /** The handlers to which routes lead, those with the same pair of endpoints together. */
    private static Map<String, List<Target.Handler>> handlers(Server server) {
        Map<String, List<Target.Handler>> byEndpoints = new LinkedHashMap<>();
        for (Host host : server.hosts()) {
            for (Route route : host.routes()) {
                if (route.target() instanceof Target.Handler handler) {
                    byEndpoints
                            .computeIfAbsent(handler.sendSpec() + " " + handler.recvSpec(), pair -> new ArrayList<>())
                            .add(handler);
                }
            }
        }
        return byEndpoints;
    }

    /** The proxies to which routes lead. */
    private static List<Target.Proxy> proxies(Server server) {
        return server.hosts().stream()
                .flatMap(host -> host.routes().stream())
                .map(Route::target)
                .filter(Target.Proxy.class::isInstance)
                .map(Target.Proxy.class::cast)
                .toList();
    }

    private void open(List<Target.Handler> handlers) {
        // As in Mongrel2, the idents of the first row count for all that share its endpoints.
        Target.Handler handler = handlers.get(0);
        HandlerPool pool = new HandlerPool(handler, counters);
        for (Target.Handler each : handlers) {
            pools.put(each, pool);
        }
        byte[] subscription = handler.recvIdent().getBytes(StandardCharsets.UTF_8);
        // Replies first: a worker that takes a request must find the way back open.
        ReplyRouter replies = new ReplyRouter(pool, contexts, settings.flag(Setting.REPLY_CHECK_SENDER));
        Admission admission = admissions.of(handler);
        bind(handler.recvSpec(), new Role.Replies(subscription), replies, admission);
        bind(
                handler.sendSpec(),
                new Role.Requests(true),
                new WorkerListener(pool, contexts, replies, terms()),
                admission);
    }

    private WorkerListener.Terms terms() {
        String version = Broker.class.getPackage().getImplementationVersion();
        return new WorkerListener.Terms(
                version == null ? "lurcher" : "lurcher/" + version,
                HttpSettings.of(settings).windowBytes(),
                settings.duration(Setting.ZMTP_HANDSHAKE_TIME));
    }

    private void bind(String spec, Role role, PeerListener peers, Admission admission) {
        try {
            Endpoint endpoint = Endpoint.parse(spec);
            if (!admission.isClosed() && !endpoint.loopbackOnly()) {
                requireInsecureBind(spec, "take requests or answer clients");
            }
            ZmtpSettings wanted = zmtpSettings().withSecurity(rules.of(admission));
            endpoints.add(await(ZmtpListener.bind(loops, endpoint, role, peers, wanted)));
        } catch (ZmtpException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        }
    }

    private void requireInsecureBind(String spec, String harm) {
        if (!settings.flag(Setting.INSECURE_BIND)) {
            throw new StartException(
                    "endpoint " + spec + " can be reached by other machines, and anybody who reaches it can "
                            + harm + ". Fix: bind it to 127.0.0.1 or ipc://; or let in only whom you"
                            + " know, by CURVE and a list of keys (docs/security.md); or, in a network that you trust, set"
                            + " insecure_bind=1 (table setting, or --insecure-bind).");
        }
        LOG.warn(
                "endpoint {} can be reached by other machines, and insecure_bind=1 lets it be bound without CURVE: whoever"
                        + " reaches it, or sits on the way to it, can {}",
                spec,
                harm);
    }

    private ZmtpSettings zmtpSettings() {
        ZmtpSettings defaults = ZmtpSettings.defaults();
        return new ZmtpSettings(
                settings.duration(Setting.ZMTP_HANDSHAKE_TIME),
                settings.integer(Setting.ZMTP_MESSAGE_BYTES),
                settings.integer(Setting.ZMTP_PEERS),
                settings.duration(Setting.ZMTP_HEARTBEAT),
                settings.duration(Setting.ZMTP_HEARTBEAT_TIMEOUT),
                defaults.writeBufferHighBytes(),
                defaults.linger());
    }

    private InetSocketAddress listen(Server config) {
        try {
            InetAddress bind = InetAddress.getAllByName(config.bindAddress())[0];
            return await(listener.bind(loops, new InetSocketAddress(bind, config.port())));
        } catch (UnknownHostException e) {
            throw new StartException("server row " + config.row() + ": bind_addr \"" + config.bindAddress()
                    + "\" is no address. Fix: write 127.0.0.1, 0.0.0.0 or another address of this machine.");
        } catch (CompletionException e) {
            BindFault fault = BindFault.of(e.getCause(), config.port());
            throw new StartException("cannot listen on " + config.bindAddress() + ":" + config.port() + ": "
                    + fault.reason() + ". Fix: " + fix(fault) + ".");
        }
    }

    private static String fix(BindFault fault) {
        return switch (fault.kind()) {
            case IN_USE -> "stop what listens there, or choose another port (server.port)";
            case NOT_ALLOWED -> "choose a port above 1023 (server.port), or allow this user to bind lower ones";
            case NOT_HERE -> "write an address of this machine, or 0.0.0.0 for all of them (server.bind_addr)";
            case NO_DIRECTORY, OTHER -> "correct server.bind_addr and server.port";
        };
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ZmtpException refused) {
                throw refused;
            }
            throw e;
        }
    }

    private static int maxConnections(Settings settings) {
        int wished = settings.integer(Setting.CONNECTIONS);
        return wished > 0 ? wished : OpenFiles.limit() / 10 * 8;
    }

    /**
     * Opens the control port, by which the broker can be asked and told (docs/control.md). Once at most.
     *
     * @throws StartException when it cannot be bound; where nobody has chosen its endpoint that is only a warning
     */
    public void openControlPort(Keeper keeper) {
        String spec = configuration.server().controlEndpoint(settings);
        try {
            Endpoint endpoint = Endpoint.parse(spec);
            Admission admission = admissions.control();
            if (!admission.isClosed() && !endpoint.loopbackOnly()) {
                requireInsecureBind(spec, "stop the broker");
            }
            ZmtpSettings wanted = zmtpSettings().withSecurity(rules.of(admission));
            control = new ControlPort(loops, endpoint, wanted, new BrokerOperations(this, keeper));
        } catch (ZmtpException | StartException e) {
            if (!configuration.server().controlPort().isEmpty() || settings.isSet(Setting.CONTROL_PORT)) {
                throw new StartException("control port: " + e.getMessage());
            }
            LOG.warn("there is no control port: {}", e.getMessage());
        }
    }

    /** Accepts no commands any more. */
    void closeControlPort() {
        ControlPort open = control;
        if (open != null) {
            open.stop();
        }
    }

    /** Where the control port is bound, or null. */
    public @Nullable Endpoint controlEndpoint() {
        ControlPort open = control;
        return open == null ? null : open.endpoint();
    }

    /** What it runs by. */
    public Configuration configuration() {
        return configuration;
    }

    LoopContexts contexts() {
        return contexts;
    }

    /** The workers and the queue of a handler of this server. */
    @Nullable
    HandlerPool pool(Target.Handler handler) {
        return pools.get(handler);
    }

    /** Where clients connect, with the real port when 0 was configured. */
    public InetSocketAddress address() {
        return address;
    }

    /** The endpoints of all handlers, replies and requests in turn, with real ports. */
    public List<Endpoint> endpoints() {
        return endpoints.stream().map(ZmtpListener::endpoint).toList();
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
        return Set.copyOf(pools.values());
    }

    /** Whether requests may be sent here: it is not stopping, and every required handler has a worker. Any thread. */
    public boolean isReady() {
        return unready().isEmpty();
    }

    private String unready() {
        return draining ? "stopping" : watch.isReady() ? "" : "no worker of " + watch.missing();
    }

    /** What other parts tell about themselves, for the metrics. */
    public Facts facts() {
        return seeing.facts();
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
        draining = true;
        server.drain();
        listener.drain();
        long until = System.nanoTime() + most.toNanos();
        while (listener.open() > 0 && System.nanoTime() - until < 0) {
            TimeUnit.NANOSECONDS.sleep(LOOK_EACH.toNanos());
        }
        return listener.open();
    }

    /** Ends everything that is still open, now. */
    @Override
    public void close() {
        seeing.close();
        ControlPort open = control;
        if (open != null) {
            open.close();
        }
        await(listener.close());
        // While every loop runs: a connection that has ended tells a worker, and that may be another loop's.
        loops.settle();
        if (uploadStore != null) {
            // Connections have given up what was unfinished; those who delete it need no loop.
            uploadStore.close();
        }
        endpoints.forEach(ZmtpListener::close);
        names.close();
        loops.close();
        directories.close();
    }
}
