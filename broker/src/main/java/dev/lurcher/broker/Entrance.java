package dev.lurcher.broker;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.http.HttpListener;
import dev.lurcher.broker.loop.BindFault;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.tls.Certificates;
import dev.lurcher.broker.tls.TlsException;
import dev.lurcher.broker.tls.TlsSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Where clients connect: binds the listener to the address of a configuration, and to another when that changes; has it speak TLS
 * or not, and with which certificates.
 * <p>Thread: one at a time, which may wait.
 */
final class Entrance implements AutoCloseable {
    private static final Certificates.Reloaded NOTHING = new Certificates.Reloaded(List.of(), List.of());

    private final HttpListener listener;
    private final EventLoops loops;
    private volatile InetSocketAddress address;
    private volatile boolean speaksTls;
    private volatile Runnable onChange = () -> {};
    private String bindAddress;
    private int port;

    /** Kept once they are there, also while nobody speaks TLS: handshakes that have begun need them. */
    private volatile @Nullable Certificates certificates;

    /** @throws StartException where the address cannot be had, or TLS not be spoken */
    Entrance(HttpListener listener, EventLoops loops, Configuration configuration) {
        Server server = configuration.server();
        this.listener = listener;
        this.loops = loops;
        bindAddress = server.bindAddress();
        port = server.port();
        try {
            if (server.useSsl()) {
                certificates = open(configuration);
                speak(certificates);
            }
            address = listen(server);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** With the real port when 0 was configured. */
    InetSocketAddress address() {
        return address;
    }

    /** When each certificate in use ends, by its name; none where TLS is not spoken. */
    Map<String, Instant> expiries() {
        Certificates known = certificates;
        return known == null || !speaksTls ? Map.of() : known.expiries();
    }

    /** What is done when certificates were replaced while nobody asked for a reload. */
    void onChange(Runnable told) {
        onChange = told;
    }

    /**
     * Lets clients in as another configuration says. Where the address is another it is bound, and the one before let go of.
     *
     * @return what is different with certificates, in words
     * @throws StartException where that cannot be; everything is as it was then
     */
    Certificates.Reloaded move(Configuration next) {
        Server server = next.server();
        Certificates.Draft draft = null;
        Certificates opened = null;
        try {
            Certificates known = certificates;
            if (server.useSsl() && known == null) {
                opened = open(next);
            } else if (server.useSsl() && known != null) {
                draft = known.draft(TlsSettings.of(server, next.settings()));
            }
            bind(server);
        } catch (TlsException e) {
            throw new StartException(e.getMessage());
        } catch (StartException e) {
            discard(draft, opened);
            throw e;
        }
        if (opened != null) {
            certificates = opened;
        }
        Certificates.Reloaded told = draft == null ? NOTHING : draft.adopt();
        speak(server.useSsl() ? certificates : null);
        return told;
    }

    private static void discard(Certificates.@Nullable Draft draft, @Nullable Certificates opened) {
        if (draft != null) {
            draft.discard();
        }
        if (opened != null) {
            opened.close();
        }
    }

    private void speak(@Nullable Certificates with) {
        speaksTls = with != null;
        listener.speakTls(with);
        Certificates known = certificates;
        if (with == null && known != null) {
            known.rest();
        }
    }

    private Certificates open(Configuration configuration) {
        try {
            Certificates opened =
                    Certificates.open(TlsSettings.of(configuration.server(), configuration.settings()), loops.all());
            opened.onChange(() -> onChange.run());
            return opened;
        } catch (TlsException e) {
            throw new StartException(e.getMessage());
        }
    }

    private void bind(Server server) {
        if (server.port() != port || !server.bindAddress().equals(bindAddress)) {
            address = listen(server);
            bindAddress = server.bindAddress();
            port = server.port();
        }
    }

    private InetSocketAddress listen(Server server) {
        try {
            InetAddress bind = InetAddress.getAllByName(server.bindAddress())[0];
            return listener.bind(loops, new InetSocketAddress(bind, server.port()))
                    .toCompletableFuture()
                    .join();
        } catch (UnknownHostException e) {
            throw new StartException("server row " + server.row() + ": bind_addr \"" + server.bindAddress()
                    + "\" is no address. Fix: write 127.0.0.1, 0.0.0.0 or another address of this machine.");
        } catch (CompletionException e) {
            BindFault fault = BindFault.of(e.getCause(), server.port());
            throw new StartException(new Place("server", server.row(), "port") + ": cannot listen on "
                    + server.bindAddress() + ":" + server.port() + ": " + fault.reason() + ". Fix: " + fix(fault)
                    + ".");
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

    /** Lets go of the certificates; nobody may be connected any more. */
    @Override
    public void close() {
        Certificates known = certificates;
        if (known != null) {
            known.close();
        }
    }
}
