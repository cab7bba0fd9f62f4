package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.tls.SelfSigned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broker cert}: a pair of certificate and key, for trying. */
@Command(
        name = "cert",
        description = {
            "Makes a certificate that nobody has signed, and its private key, to try TLS with.",
            "NAME is that of the two files: the server's uuid, for the certificate that all clients get; or a host name,"
                    + " for those that ask for it; or _.example.com, for every host right below example.com.",
            "Clients refuse such a certificate unless they are told to take it: curl --cacert certs/NAME.crt"
        },
        footer = {"", "Example: broker cert demo --for localhost --for 127.0.0.1"})
final class CertCommand implements Callable<Integer> {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    @Mixin
    private final Format format = new Format();

    @Parameters(index = "0", paramLabel = "NAME", description = "of the files NAME.crt and NAME.key")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String name;

    @Option(
            names = "--for",
            paramLabel = "HOST",
            description =
                    "A host name or address that the certificate is for; may be repeated. Without it: NAME where that"
                            + " is a host name, else localhost, 127.0.0.1 and ::1.")
    private List<String> hosts = List.of();

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "certs",
            description = "Where the files go; made where it is missing (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path folder;

    @Option(
            names = "--days",
            paramLabel = "N",
            defaultValue = "30",
            description = "For how many days it is valid (default: ${DEFAULT-VALUE}).")
    private int days;

    @Override
    public Integer call() {
        if (days < 1) {
            throw new StartException("--days " + days + " is too few. Fix: write 1 or more.");
        }
        List<String> wanted = hosts.isEmpty() ? usualHosts() : hosts;
        make();
        SelfSigned.Pair pair = SelfSigned.write(folder, name, wanted, Duration.ofMinutes(-5), days);
        if (format.isJson()) {
            Facts.print(facts(pair, wanted), format.out());
        } else {
            format.out()
                    .println(pair.certificate() + "  for " + String.join(", ", wanted) + ", valid until "
                            + pair.made().getNotAfter().toInstant());
            format.out().println(pair.key() + "  its private key");
            format.out().flush();
        }
        return 0;
    }

    private List<String> usualHosts() {
        if (name.startsWith("_.")) {
            return List.of("*" + name.substring(1));
        }
        return name.indexOf('.') > 0 ? List.of(name) : LOOPBACK;
    }

    private void make() {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartException("the folder " + folder + " cannot be made: " + WriteFault.of(e)
                    + ". Fix: choose another one with --folder.");
        }
    }

    private static Map<String, Object> facts(SelfSigned.Pair pair, List<String> hosts) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("certificate", pair.certificate().toString());
        facts.put("key", pair.key().toString());
        facts.put("hosts", hosts);
        facts.put("valid_until", pair.made().getNotAfter().toInstant().toString());
        facts.put("sha256", sha256(pair.made()));
        return facts;
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("every JDK has SHA-256, and the certificate has just been read", e);
        }
    }
}
