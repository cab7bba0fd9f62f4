package dev.lurcher.broker.metrics;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.console.AdminDoor;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.tls.Certificates;
import dev.lurcher.broker.tls.TlsSettings;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslHandler;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** TLS of the admin listener, with a certificate of its own, which is read again when its files change. */
final class AdminTls implements AdminDoor {
    private static final String LABEL = "admin:";

    private final Certificates certificates;
    private final boolean asks;

    private AdminTls(Certificates certificates, boolean asks) {
        this.certificates = certificates;
        this.asks = asks;
    }

    /**
     * Reads the certificate; null where the configuration names none.
     *
     * @throws dev.lurcher.broker.tls.TlsException where it cannot be used
     */
    static @Nullable AdminTls open(Configuration configuration, EventLoops loops) {
        TlsSettings settings = TlsSettings.ofAdmin(configuration.server(), configuration.settings());
        return settings == null
                ? null
                : new AdminTls(Certificates.open(settings, loops.all()), settings.authorities() != null);
    }

    @Override
    public void enter(Channel channel) {
        channel.pipeline().addLast(new SniHandler(certificates::context));
    }

    @Override
    public boolean asksForCertificates() {
        return asks;
    }

    @Override
    public boolean vouchesFor(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return asks && tls != null && certificates.vouchFor(tls.engine());
    }

    /** When its certificates end. */
    Map<String, Instant> expiries() {
        Map<String, Instant> ends = new TreeMap<>();
        certificates.expiries().forEach((name, end) -> ends.put(LABEL + name, end));
        return ends;
    }

    /** See {@link Certificates#reload}. */
    Certificates.Reloaded reload() {
        return certificates.reload();
    }

    @Override
    public void close() {
        certificates.close();
    }
}
