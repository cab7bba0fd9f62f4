package dev.lurcher.broker.tls;

import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.tls.TlsException.Code;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of TLS, read once.
 *
 * @param folder      of the certificates ({@code certdir}, below {@code server.chroot})
 * @param defaultName of the pair for clients that name no server, or one without a pair of its own: the server's uuid
 * @param suites      cipher suites, by their names of the registry ({@code ssl_ciphers})
 * @param clients     what is asked of clients
 * @param authorities by whom their certificates must be signed ({@code ssl.ca_chain}); null: nobody
 * @param provider    which library does the work ({@code tls.provider})
 * @param watchTime   between two looks at the files; zero = they are read again on a reload only ({@code tls.watch_time})
 */
public record TlsSettings(
        Path folder,
        String defaultName,
        List<String> suites,
        Clients clients,
        @Nullable Path authorities,
        TlsProvider provider,
        Duration watchTime) {
    /** What is asked of clients. */
    public enum Clients {
        /** Nothing. */
        ANYBODY,
        /** A certificate if they have one, whoever signed it ({@code ssl.verify_optional}). */
        ASKED,
        /** A certificate that is signed as it should be ({@code ssl.verify_required}). */
        VERIFIED
    }

    /**
     * Reads them.
     *
     * @throws TlsException NO_FOLDER, BAD_CIPHERS, NO_AUTHORITIES
     */
    public static TlsSettings of(Server server, Settings settings) {
        Clients clients = clients(settings);
        Path authorities = authorities(settings);
        if (clients == Clients.VERIFIED && authorities == null) {
            throw new TlsException(
                    Code.NO_AUTHORITIES,
                    "ssl.verify_required asks for certificates of clients, and ssl.ca_chain does not say by whom they must be signed",
                    "set ssl.ca_chain to a PEM file with the certificates of those who sign them (table setting)");
        }
        return new TlsSettings(
                folder(server, settings),
                server.uuid(),
                Suites.read(settings.text(Setting.SSL_CIPHERS)),
                clients,
                authorities,
                TlsProvider.of(settings.text(Setting.TLS_PROVIDER)),
                settings.duration(Setting.TLS_WATCH_TIME));
    }

    /**
     * Those of the admin listener: one pair of its own, and clients are asked for a certificate where it is said by whom that must be
     * signed. Null where it speaks no TLS.
     *
     * @throws TlsException BAD_CIPHERS, NO_FOLDER
     */
    public static @Nullable TlsSettings ofAdmin(Server server, Settings settings) {
        String pair = settings.text(Setting.ADMIN_CERTIFICATE);
        if (pair.isEmpty()) {
            return null;
        }
        try {
            Path path = server.located(pair).toAbsolutePath();
            Path folder = path.getParent();
            Path name = path.getFileName();
            if (folder == null || name == null) {
                throw badPair(pair);
            }
            String authorities = settings.text(Setting.ADMIN_CA_CHAIN);
            return new TlsSettings(
                    folder,
                    name.toString(),
                    Suites.read(settings.text(Setting.SSL_CIPHERS)),
                    authorities.isEmpty() ? Clients.ANYBODY : Clients.ASKED,
                    authorities.isEmpty() ? null : server.located(authorities),
                    TlsProvider.of(settings.text(Setting.TLS_PROVIDER)),
                    settings.duration(Setting.TLS_WATCH_TIME));
        } catch (InvalidPathException e) {
            throw badPair(pair);
        }
    }

    private static TlsException badPair(String pair) {
        return new TlsException(
                Code.NO_FOLDER,
                "admin.certificate \"" + pair + "\" is no path",
                "write run/admin, say, for run/admin.crt and run/admin.key");
    }

    private static Clients clients(Settings settings) {
        return settings.flag(Setting.SSL_VERIFY_REQUIRED)
                ? Clients.VERIFIED
                : settings.flag(Setting.SSL_VERIFY_OPTIONAL) ? Clients.ASKED : Clients.ANYBODY;
    }

    private static Path folder(Server server, Settings settings) {
        String certdir = settings.text(Setting.CERTDIR);
        if (certdir.isEmpty()) {
            throw new TlsException(
                    Code.NO_FOLDER,
                    "server.use_ssl is 1, and certdir does not say where the certificate is",
                    "set certdir to the folder with " + server.uuid() + ".crt and " + server.uuid()
                            + ".key (table setting), or use_ssl to 0; to try TLS, make a pair with broker cert "
                            + server.uuid());
        }
        try {
            return server.located(certdir);
        } catch (InvalidPathException e) {
            throw new TlsException(
                    Code.NO_FOLDER, "certdir is no path: " + e.getReason(), "write the path of a folder");
        }
    }

    /** As it is written: Mongrel2 reads it before it changes its root. */
    private static @Nullable Path authorities(Settings settings) {
        String chain = settings.text(Setting.SSL_CA_CHAIN);
        try {
            return chain.isEmpty() ? null : Path.of(chain);
        } catch (InvalidPathException e) {
            throw new TlsException(
                    Code.NO_AUTHORITIES, "ssl.ca_chain is no path: " + e.getReason(), "write the path of a PEM file");
        }
    }
}
