package dev.lurcher.broker.metrics;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.console.AdminAddress;
import dev.lurcher.broker.console.AdminListener;
import dev.lurcher.broker.console.AdminToken;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.http.ExchangeRecord;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.telemetry.LoopDelays;
import dev.lurcher.broker.telemetry.RequestMemory;
import dev.lurcher.broker.tls.Certificates;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything by which a broker is seen from outside: what it remembers of requests, how its event loops do, and the admin listener.
 * <p>Thread: made, opened and closed by one that is no event loop.
 */
public final class Seeing implements ExchangeLog, AutoCloseable {
    private final EventLoops loops;
    private final Configuration configuration;
    private final ExchangeLog log;
    private final RequestMemory memory;
    private final LoopDelays delays;
    private final Facts facts = new Facts();
    private @Nullable AdminListener admin;
    private @Nullable AdminTls tls;

    /**
     * Begins to watch the event loops.
     *
     * @param log hears of every exchange as well
     */
    public Seeing(EventLoops loops, Configuration configuration, ExchangeLog log) {
        this.loops = loops;
        this.configuration = configuration;
        this.log = log;
        Settings settings = configuration.settings();
        memory = new RequestMemory(
                loops, settings.integer(Setting.WHY_REQUESTS), settings.integer(Setting.WHY_FAILURES));
        delays = LoopDelays.watch(loops);
    }

    @Override
    public void onEnd(ExchangeRecord record) {
        memory.remember(record);
        log.onEnd(record);
    }

    @Override
    public long droppedLines() {
        return log.droppedLines();
    }

    @Override
    public long failedWrites() {
        return log.failedWrites();
    }

    /** Of the event loops. */
    public LoopDelays delays() {
        return delays;
    }

    /** What others tell. */
    public Facts facts() {
        return facts;
    }

    /** What is remembered of requests. */
    public RequestMemory memory() {
        return memory;
    }

    /**
     * Opens the admin listener, where the configuration wants one.
     *
     * @throws dev.lurcher.broker.console.ConsoleException when that cannot be
     * @throws dev.lurcher.broker.tls.TlsException where its certificate cannot be used
     */
    public void open(Sources sources) {
        Settings settings = configuration.settings();
        String address = settings.text(Setting.ADMIN_LISTEN);
        if (address.isEmpty()) {
            return;
        }
        String tokenFile = settings.text(Setting.ADMIN_TOKEN_FILE);
        AdminToken token = tokenFile.isEmpty()
                ? null
                : AdminToken.read(configuration.server().located(tokenFile));
        tls = AdminTls.open(configuration, loops);
        admin = AdminListener.open(
                loops, AdminAddress.parse(address), Pages.of(sources, memory), new AdminListener.Proof(token, tls));
    }

    /** When the certificates of the admin listener end, by their names. */
    public Map<String, Instant> expiries() {
        return tls == null ? Map.of() : tls.expiries();
    }

    /** Reads the certificates of the admin listener again; what cannot be used leaves what was there. */
    public Certificates.Reloaded reload() {
        return tls == null ? new Certificates.Reloaded(List.of(), List.of()) : tls.reload();
    }

    /** Where the admin listener is, if there is one. */
    public Optional<InetSocketAddress> admin() {
        return Optional.ofNullable(admin).map(AdminListener::address);
    }

    /** Ends the admin listener. */
    @Override
    public void close() {
        if (admin != null) {
            admin.close();
        }
        if (tls != null) {
            tls.close();
        }
    }
}
