package dev.lurcher.testing;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.worker.Endpoints;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Starts a real broker for the tests of a class, on free ports of the loopback, in the same JVM: one handler at the route
 * {@code /}, to whose {@link #endpoints} workers connect.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final BrokerExtension BROKER = new BrokerExtension();
 * }</pre>
 *
 * <p>In a static field it is one broker for the class; in another field each test has its own.
 */
public final class BrokerExtension
        implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private static final String SENDER = "worker";

    private final Map<Setting, String> settings = new EnumMap<>(Setting.class);
    private @Nullable Broker broker;
    private boolean ofClass;

    /** Makes one; it starts before the tests. */
    public BrokerExtension() {}

    /**
     * Sets a setting, before the broker starts.
     *
     * @param key as in table {@code setting}
     * @throws IllegalArgumentException if there is no such setting
     */
    public BrokerExtension with(String key, String value) {
        Setting setting = Stream.of(Setting.values())
                .filter(each -> each.key().equals(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no setting " + key));
        settings.put(setting, value);
        return this;
    }

    /** Where workers connect. */
    public Endpoints endpoints() {
        Broker running = running();
        return new Endpoints(
                running.endpoints().get(1).toString(),
                running.endpoints().get(0).toString(),
                SENDER);
    }

    /**
     * Where clients ask.
     *
     * @param path with a slash before it, and perhaps a query
     */
    public URI uri(String path) {
        return URI.create("http://localhost:" + running().address().getPort() + path);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        ofClass = true;
        start();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!ofClass) {
            start();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!ofClass) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    private void start() {
        Target.Handler handler = new Target.Handler(
                1,
                // Any free port; the two are written differently, for equal ones would be one.
                "tcp://127.0.0.1:0",
                SENDER,
                "tcp://127.0.0.1:00",
                "",
                false,
                HeaderFormat.JSON,
                new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(20), 1024, 64 << 20, 100),
                HandlerPolicy.USUAL,
                SessionPolicy.USUAL);
        Host host = new Host(1, "localhost", "localhost", List.of(new Route(1, "/", handler)));
        Server server =
                new Server(1, "test", "test", "localhost", "127.0.0.1", 0, "", "", "", 2, "", "", false, List.of(host));
        broker = Broker.start(new Configuration(server, new Settings(settings), Map.of()), record -> {});
    }

    private void stop() {
        Broker running = broker;
        broker = null;
        if (running != null) {
            running.close();
        }
    }

    private Broker running() {
        if (broker == null) {
            throw new IllegalStateException("the broker runs during tests only: register this extension");
        }
        return broker;
    }
}
