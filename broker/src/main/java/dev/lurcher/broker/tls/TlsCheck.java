package dev.lurcher.broker.tls;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/** Looks at the certificates of a server, or an admin listener, that speaks TLS, as a start would, and at what a start would let pass. */
public final class TlsCheck implements ServerCheck {
    private static final int LEAST_RSA_BITS = 2048;
    private static final Duration SOON = Duration.ofDays(14);

    /** Creates it. */
    public TlsCheck() {}

    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        if (draft.server().useSsl()) {
            checkServer(draft.server(), draft.settings(), problems);
        }
        if (!draft.settings().text(Setting.ADMIN_LISTEN).isEmpty()) {
            checkAdmin(draft.server(), draft.settings(), problems);
        }
    }

    /** What is asked of clients at the admin listener needs TLS, and that needs a pair. */
    private static void checkAdmin(Server server, Settings settings, Consumer<Problem> problems) {
        String pair = settings.text(Setting.ADMIN_CERTIFICATE);
        String chain = settings.text(Setting.ADMIN_CA_CHAIN);
        if (pair.isEmpty() && !chain.isEmpty()) {
            problems.accept(Problem.error(
                    place(Setting.ADMIN_CA_CHAIN),
                    chain,
                    "clients of the admin listener are to show certificates, and it speaks no TLS",
                    "",
                    "name its own certificate with admin.certificate"));
        }
        try {
            TlsSettings tls = TlsSettings.ofAdmin(server, settings);
            if (tls == null) {
                return;
            }
            if (tls.authorities() != null) {
                Authorities.read(tls.authorities());
            }
            CertificateFolder.Content found = new CertificateFolder(tls.folder()).read(tls.defaultName());
            TlsException fault = found.faults().get(tls.defaultName());
            if (fault != null) {
                throw fault;
            }
        } catch (TlsException e) {
            Setting setting =
                    e.code() == TlsException.Code.NO_AUTHORITIES ? Setting.ADMIN_CA_CHAIN : Setting.ADMIN_CERTIFICATE;
            problems.accept(Problem.error(place(setting), settings.text(setting), e.fault(), "", e.fix()));
        }
    }

    private static void checkServer(Server server, Settings settings, Consumer<Problem> problems) {
        TlsSettings tls;
        try {
            tls = TlsSettings.of(server, settings);
        } catch (TlsException e) {
            problems.accept(error(e, settings));
            return;
        }
        checkAuthorities(tls, settings, problems);
        try {
            CertificateFolder.Content found = new CertificateFolder(tls.folder()).read(tls.defaultName());
            found.faults()
                    .forEach((name, fault) -> problems.accept(
                            name.equals(tls.defaultName()) ? error(fault, settings) : unusable(name, fault, settings)));
            found.identities().values().forEach(identity -> check(identity, tls, settings, problems));
        } catch (TlsException e) {
            problems.accept(error(e, settings));
        }
    }

    private static void checkAuthorities(TlsSettings tls, Settings settings, Consumer<Problem> problems) {
        if (tls.authorities() != null) {
            try {
                Authorities.read(tls.authorities());
            } catch (TlsException e) {
                problems.accept(error(e, settings));
            }
        }
    }

    private static void check(Identity identity, TlsSettings tls, Settings settings, Consumer<Problem> problems) {
        Instant now = Instant.now();
        Place place = place(Setting.CERTDIR);
        String folder = settings.text(Setting.CERTDIR);
        TlsException expired = identity.expiry(tls.folder(), now);
        if (expired != null) {
            problems.accept(Problem.warning(place, folder, expired.fault(), "", expired.fix()));
        } else if (identity.notAfter().isBefore(now.plus(SOON))) {
            problems.accept(Problem.warning(
                    place,
                    folder,
                    "the certificate " + identity.name() + " expires on " + identity.notAfter(),
                    "",
                    "put a new one there before that day; a broker that runs takes it without a restart"));
        }
        PublicKey key = identity.certificate().getPublicKey();
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
            problems.accept(Problem.warning(
                    place,
                    folder,
                    "the key of " + identity.name() + " has " + rsa.getModulus().bitLength()
                            + " bits, and many clients refuse that",
                    "",
                    "make a new pair with " + LEAST_RSA_BITS + " bits or an elliptic curve"));
        }
        checkAccess(tls.folder().resolve(identity.name() + Identity.KEY_END), folder, problems);
    }

    private static void checkAccess(Path key, String folder, Consumer<Problem> problems) {
        try {
            if (Files.getPosixFilePermissions(key).contains(PosixFilePermission.OTHERS_READ)) {
                problems.accept(Problem.warning(
                        place(Setting.CERTDIR),
                        folder,
                        "every user of this machine may read the private key " + key,
                        "",
                        "chmod 600 " + key));
            }
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without such permissions, or the file has just gone.
        }
    }

    private static Problem unusable(String name, TlsException fault, Settings settings) {
        return Problem.warning(
                place(Setting.CERTDIR),
                settings.text(Setting.CERTDIR),
                fault.fault() + ": clients that ask for " + name + " get the default certificate",
                "",
                fault.fix());
    }

    private static Problem error(TlsException fault, Settings settings) {
        Setting setting = switch (fault.code()) {
            case BAD_CIPHERS -> Setting.SSL_CIPHERS;
            case NO_AUTHORITIES -> Setting.SSL_CA_CHAIN;
            case NO_PROVIDER -> Setting.TLS_PROVIDER;
            case NO_FOLDER,
                    MISSING_FILE,
                    UNREADABLE_FILE,
                    BAD_CERTIFICATE,
                    BAD_KEY,
                    ENCRYPTED_KEY,
                    WRONG_PAIR,
                    EXPIRED -> Setting.CERTDIR;
        };
        return Problem.error(place(setting), settings.text(setting), fault.fault(), "", fault.fix());
    }

    private static Place place(Setting setting) {
        return new Place("setting", 0, setting.key());
    }
}
