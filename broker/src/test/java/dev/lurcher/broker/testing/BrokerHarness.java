package dev.lurcher.broker.testing;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.Origin;
import dev.lurcher.broker.ReloadResult;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.ProxyLimits;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.protocol.HeaderFormat;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A real broker inside the test, on free ports of the loopback. Host {@code localhost}, the handlers that were added. */
public final class BrokerHarness implements AutoCloseable {
    private final Broker broker;
    private final AtomicReference<Configuration> configuration;
    private List<String> senders;

    private BrokerHarness(Broker broker, AtomicReference<Configuration> configuration, List<String> senders) {
        this.broker = broker;
        this.configuration = configuration;
        this.senders = senders;
    }

    /** Says what the broker is to be like. */
    public static final class Builder {
        private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
        private final List<Route> routes = new ArrayList<>();
        private final List<String> senders = new ArrayList<>();
        private HandlerLimits limits =
                new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), 1024, 64 << 20, 100);
        private ExchangeLog log = record -> {};
        private HandlerPolicy policy = HandlerPolicy.USUAL;
        private HeaderFormat format = HeaderFormat.JSON;
        private Transport transport = Transport.EPOLL;
        private boolean rawPayload;
        private SessionPolicy sessions = SessionPolicy.USUAL;
        private String workersHost = "127.0.0.1";
        private boolean useSsl;
        private String bindAddress = "127.0.0.1";
        private int port;

        public Builder with(Setting setting, String value) {
            settings.put(setting, value);
            return this;
        }

        /** Limits of the handlers added from now on. */
        public Builder limits(Duration timeout, Duration queueTimeout, int queueLimit, int prefetch) {
            limits = new HandlerLimits(timeout, queueTimeout, queueLimit, 64 << 20, prefetch);
            return this;
        }

        /** Most that one upload to the handlers added from now on may have. */
        public Builder uploadLimit(long bytes) {
            limits = new HandlerLimits(
                    limits.timeout(),
                    limits.queueTimeout(),
                    limits.queueLimit(),
                    limits.queueBytes(),
                    limits.prefetch(),
                    bytes);
            return this;
        }

        /** What handlers added from now on do when workers are lost or missing. */
        public Builder policy(HandlerPolicy wanted) {
            policy = wanted;
            return this;
        }

        /** Hears of every exchange that ends, on its event loop. */
        public Builder log(ExchangeLog hearer) {
            log = hearer;
            return this;
        }

        /** Header form of the handlers added from now on. */
        public Builder format(HeaderFormat wanted) {
            format = wanted;
            return this;
        }

        /** How WebSockets of the handlers added from now on are. */
        public Builder sessions(SessionPolicy wanted) {
            sessions = wanted;
            return this;
        }

        /** Handlers added from now on have the column {@code raw_payload} 1. */
        public Builder rawPayload() {
            rawPayload = true;
            return this;
        }

        /** How bytes move; epoll unless this is called. */
        public Builder on(Transport wanted) {
            transport = wanted;
            return this;
        }

        /** Speaks TLS, with the certificate {@code test} and others of a folder. */
        public Builder tls(Path folder) {
            useSsl = true;
            return with(Setting.CERTDIR, folder.toString());
        }

        /** Where the handlers added from now on are bound; the loopback's unless this is called. */
        public Builder workersHost(String host) {
            workersHost = host;
            return this;
        }

        /** Where clients connect; any free port of the loopback unless this is called. */
        public Builder listen(String address, int wanted) {
            bindAddress = address;
            port = wanted;
            return this;
        }

        public Builder handler(String path, String sender) {
            return handler(path, sender, routes.size() + 1);
        }

        /** A handler whose endpoints are its own where the number is. */
        public Builder handler(String path, String sender, int number) {
            // Any free port, written differently for each handler: equal endpoints would be shared.
            return handler(path, sender, "tcp://" + workersHost + ":" + "0".repeat(number));
        }

        public Builder handler(String path, String sender, String endpoint) {
            long row = routes.size() + 1L;
            Target.Handler handler = new Target.Handler(
                    row, endpoint, sender, endpoint, "", rawPayload, format, limits, policy, sessions);
            routes.add(new Route(row, path, handler));
            senders.add(sender);
            return this;
        }

        /** A directory target; files' data is believed within its second. */
        public Builder directory(String path, Path base, DirectoryPolicy shown) {
            long row = routes.size() + 1L;
            routes.add(
                    new Route(row, path, new Target.Directory(row, base + "/", "index.html", "text/plain", 0, shown)));
            return this;
        }

        /** An upstream of the loopback, with the limits that the settings given so far say. */
        public Builder proxy(String path, int port) {
            ProxyLimits proxyLimits = ProxyLimits.of(new Settings(settings));
            routes.add(new Route(
                    routes.size() + 1L, path, new Target.Proxy(routes.size() + 1L, "127.0.0.1", port, proxyLimits)));
            return this;
        }

        Configuration configuration() {
            Host host = new Host(1, "localhost", "localhost", routes);
            Server server = new Server(
                    1, "test", "test", "localhost", bindAddress, port, "", "", "", 2, "", "", useSsl, List.of(host));
            return new Configuration(server, new Settings(settings), Map.of(".html", "text/html"));
        }

        public BrokerHarness start() {
            AtomicReference<Configuration> present = new AtomicReference<>(configuration());
            EventLoops loops = EventLoops.start(present.get().settings().integer(Setting.EVENT_LOOPS), transport);
            Origin origin = () -> new ConfigReader.Loaded(Path.of("test"), present.get(), List.of());
            return new BrokerHarness(Broker.start(present.get(), log, loops, origin), present, senders);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** One handler {@code hello} at {@code /}. */
    public static BrokerHarness simple() {
        return builder().handler("/", "hello").start();
    }

    /** What the next reload reads, whoever asks for it. */
    public void wants(Builder wanted) {
        configuration.set(wanted.configuration());
    }

    /** Reloads with what another builder says. */
    public ReloadResult reload(Builder wanted) {
        wants(wanted);
        ReloadResult result = broker.reload();
        if (result.applied()) {
            senders = wanted.senders;
        }
        return result;
    }

    public Broker broker() {
        return broker;
    }

    /** The pool of the handler with this sender id. */
    public HandlerPool pool(String sender) {
        return broker.pools().stream()
                .filter(pool -> pool.name().equals(sender))
                .findFirst()
                .orElseThrow();
    }

    public RawClient client() throws IOException {
        return new RawClient(broker.address());
    }

    /** A connection on which nothing has been said. */
    public Socket socket() throws IOException {
        return new Socket(broker.address().getAddress(), broker.address().getPort());
    }

    public WebSocketClient webSocket() throws IOException {
        return new WebSocketClient(client());
    }

    /** A worker of the handler with this sender id. */
    public ScriptedWorker worker(String sender) throws IOException {
        int place = senders.indexOf(sender);
        return new ScriptedWorker(
                broker.endpoints().get(2 * place + 1).toString(),
                broker.endpoints().get(2 * place).toString(),
                sender);
    }

    /** A managed worker of the handler with this sender id. */
    public ManagedWorker managedWorker(String sender) {
        int place = senders.indexOf(sender);
        return new ManagedWorker(broker.endpoints().get(2 * place + 1).toString(), sender);
    }

    @Override
    public void close() {
        broker.close();
    }
}
