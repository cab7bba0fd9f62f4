package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Certificates in a folder, made with openssl, and clients that know them. */
public final class TestCertificates {
    private static final int MOST_SECONDS = 30;

    private final Path folder;

    public TestCertificates(Path folder) {
        this.folder = folder;
    }

    public Path folder() {
        return folder;
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Makes NAME.crt and NAME.key, signed by itself, for hosts; writes over what is there. */
    public TestCertificates pair(String name, String... hosts) throws IOException {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt",
                "-days",
                "30",
                "-subj",
                "/CN=" + hosts[0],
                "-addext",
                "subjectAltName=" + names(hosts));
        return this;
    }

    /** Makes an authority, NAME.crt and NAME.key. */
    public TestCertificates authority(String name) throws IOException {
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                name + ".key",
                "-out",
                name + ".crt",
                "-days",
                "30",
                "-subj",
                "/CN=" + name);
        return this;
    }

    /** Makes NAME.crt and NAME.key, signed by an authority that was made here; the subject as {@code /CN=anna}. */
    public TestCertificates signed(String name, String authority, String subject) throws IOException {
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-utf8",
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr",
                "-subj",
                subject);
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                authority + ".crt",
                "-CAkey",
                authority + ".key",
                "-CAcreateserial",
                "-out",
                name + ".crt",
                "-days",
                "30");
        return this;
    }

    private static String names(String... hosts) {
        List<String> names = new ArrayList<>();
        for (String host : hosts) {
            names.add((host.matches("[0-9.]+") ? "IP:" : "DNS:") + host);
        }
        return String.join(",", names);
    }

    /** Runs openssl in the folder; returns what it prints. */
    public String openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(command + ": " + said);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return said;
    }

    /** Puts the pair of one name in the place of another's: key and certificate are never seen half written. */
    public void replace(String name, String by) throws IOException {
        for (String end : List.of(".key", ".crt")) {
            Path copy = Files.copy(file(by + end), file("replacing" + end));
            Files.move(
                    copy,
                    file(name + end),
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * A connected client that takes any certificate.
     *
     * @param host     the name that it asks for; null: none
     * @param identity the pair that it shows; null: none
     */
    public SSLSocket connect(InetSocketAddress server, @Nullable String host, @Nullable String identity)
            throws IOException {
        return wrap(new Socket(server.getAddress(), server.getPort()), host, identity);
    }

    /** The same over a connection that is there. */
    public SSLSocket wrap(Socket socket) throws IOException {
        return wrap(socket, null, null);
    }

    private SSLSocket wrap(Socket socket, @Nullable String host, @Nullable String identity) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(InsecureTrustManagerFactory.INSTANCE);
        if (identity != null) {
            builder.keyManager(
                    file(identity + ".crt").toFile(), file(identity + ".key").toFile());
        }
        SSLSocket tls = (SSLSocket) ((JdkSslContext) builder.build())
                .context()
                .getSocketFactory()
                .createSocket(socket, null, socket.getPort(), true);
        SSLParameters parameters = tls.getSSLParameters();
        if (host != null) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        tls.setSSLParameters(parameters);
        tls.setSoTimeout(10_000);
        return tls;
    }
}
