package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import dev.lurcher.broker.tls.TlsSettings.Clients;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;

/** Builds what a handshake needs of an identity and the settings. */
final class Contexts {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** As with Mongrel2. */
    private static final int SESSIONS = 1000;

    private static final Duration SESSION_TIME = Duration.ofHours(1);

    private final SslProvider provider;
    private final TlsSettings settings;
    private final Authorities authorities;

    Contexts(SslProvider provider, TlsSettings settings, Authorities authorities) {
        this.provider = provider;
        this.settings = settings;
        this.authorities = authorities;
    }

    /** @throws TlsException NO_PROVIDER, where the library does not take the certificate */
    SslContext of(Identity identity) {
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            identity.key(), identity.chain().toArray(X509Certificate[]::new))
                    .sslProvider(provider)
                    .protocols(protocols())
                    .ciphers(settings.suites(), SupportedCipherSuiteFilter.INSTANCE)
                    .sessionCacheSize(SESSIONS)
                    .sessionTimeout(SESSION_TIME.toSeconds())
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_1_1));
            askClients(builder);
            SslContext context = builder.build();
            // With client certificates, a ticket would let in whose certificate nobody would believe any more.
            if (settings.clients() == Clients.ANYBODY
                    && context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
                sessions.setTicketKeys();
            }
            return context;
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException(
                    Code.NO_PROVIDER,
                    "the TLS library does not take the certificate " + identity.name() + ": " + e.getMessage(),
                    "use a key of RSA with 2048 bits or more, or of the curve P-256");
        }
    }

    /** TLS 1.2 is spoken where one of its suites is offered. */
    private String[] protocols() {
        List<String> suites = settings.suites();
        boolean has12 = suites.stream().anyMatch(suite -> suite.contains("_WITH_"));
        return has12 ? PROTOCOLS.clone() : new String[] {PROTOCOLS[0]};
    }

    private void askClients(SslContextBuilder builder) {
        switch (settings.clients()) {
            case ANYBODY -> builder.clientAuth(ClientAuth.NONE);
            case ASKED -> builder.clientAuth(ClientAuth.OPTIONAL).trustManager(authorities.anybody());
            case VERIFIED -> builder.clientAuth(ClientAuth.REQUIRE).trustManager(authorities.verified());
        }
    }
}
