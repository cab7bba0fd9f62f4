package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes a certificate that nobody has signed, for trying: with {@code keytool}, which is part of every Java.
 * <p>Thread: blocks for as long as a JVM takes to start.
 */
public final class SelfSigned {
    private static final String ALIAS = "pair";
    private static final int MOST_SECONDS = 60;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    /** Names that keytool's list takes, an asterisk among them; whatever else would begin another of its words. */
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_*.:-]{1,255}");

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@ -]{0,120}");

    private SelfSigned() {}

    /**
     * What was made.
     *
     * @param certificate the file of the certificate
     * @param key         the file of the private key
     * @param made        the certificate itself
     */
    public record Pair(Path certificate, Path key, X509Certificate made) {}

    /**
     * Makes a pair of the curve P-256 and writes it.
     *
     * @param folder must exist
     * @param name   of the files, without {@code .crt} and {@code .key}; no file of these names may be there
     * @param hosts  names and addresses that the certificate is for, at least one
     * @param begin  when it begins to be valid, counted from now
     * @param days   for how long it is valid, 1 and more
     * @throws TlsException BAD_CERTIFICATE, UNREADABLE_FILE
     */
    public static Pair write(Path folder, String name, List<String> hosts, Duration begin, int days) {
        hosts.forEach(host -> require(HOST, host, "no host name or address"));
        require(FILE_NAME, name, "no name for a file");
        Path certificateFile = folder.resolve(name + Identity.CERTIFICATE_END);
        Path keyFile = folder.resolve(name + Identity.KEY_END);
        for (Path file : List.of(certificateFile, keyFile)) {
            if (Files.exists(file)) {
                throw new TlsException(
                        Code.UNREADABLE_FILE,
                        file + " is there already",
                        "choose another name or folder, or delete it");
            }
        }
        try {
            KeyStore store = generated(hosts, begin, days);
            X509Certificate certificate = (X509Certificate) store.getCertificate(ALIAS);
            PrivateKey key = (PrivateKey) store.getKey(ALIAS, PASSWORD.toCharArray());
            Files.createFile(
                    keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(keyFile, pem("PRIVATE KEY", key.getEncoded()), StandardOpenOption.WRITE);
            Files.writeString(
                    certificateFile, pem("CERTIFICATE", certificate.getEncoded()), StandardOpenOption.CREATE_NEW);
            return new Pair(certificateFile, keyFile, certificate);
        } catch (IOException e) {
            throw new TlsException(
                    Code.UNREADABLE_FILE,
                    "the pair cannot be written to " + folder + ": " + e.getMessage(),
                    "choose a folder that this user may write to");
        } catch (GeneralSecurityException e) {
            throw new TlsException(Code.BAD_CERTIFICATE, "no certificate was made: " + e.getMessage(), "use openssl");
        }
    }

    /** Of a file that is gone before anybody else may look at it. */
    private static final String PASSWORD = UUID.randomUUID().toString();

    private static KeyStore generated(List<String> hosts, Duration begin, int days)
            throws IOException, GeneralSecurityException {
        Path place = Files.createTempDirectory("pair");
        Path file = place.resolve("pair.p12");
        try {
            String names = hosts.stream()
                    .map(host -> (ADDRESS.matcher(host).matches() ? "ip:" : "dns:") + host)
                    .collect(Collectors.joining(","));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-groupname",
                    "secp256r1",
                    "-dname",
                    "CN=" + hosts.get(0),
                    "-ext",
                    "san=" + names,
                    "-ext",
                    "ku:critical=digitalSignature",
                    "-ext",
                    "eku=serverAuth",
                    "-startdate",
                    begin.toSeconds() / 60 + "M",
                    "-validity",
                    Integer.toString(days)));
            if (!begin.isNegative()) {
                command.set(command.indexOf("-startdate") + 1, "+" + begin.toSeconds() / 60 + "M");
            }
            command.addAll(List.of(
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass:env",
                    "PAIR_PASSWORD",
                    "-noprompt"));
            run(command);
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (var in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            return store;
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(place);
        }
    }

    private static void run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PAIR_PASSWORD", PASSWORD);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool says: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void require(Pattern form, String text, String fault) {
        if (!form.matcher(text).matches()) {
            throw new TlsException(Code.BAD_CERTIFICATE, "\"" + text + "\" is " + fault, "write one, as localhost");
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
    }
}
