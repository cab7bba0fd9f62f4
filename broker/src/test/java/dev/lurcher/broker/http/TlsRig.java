package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Certificates, brokers that have them, and clients that trust them. */
final class TlsRig {
    private final TestCertificates files;

    /** @param certificates the folder for them; none is made */
    TlsRig(Path certificates) {
        files = new TestCertificates(certificates);
    }

    /** With a certificate for localhost in a new folder. */
    static TlsRig in(Path root) throws IOException {
        TlsRig rig = new TlsRig(Files.createDirectory(root.resolve("certs")));
        rig.files.pair("test", "localhost");
        return rig;
    }

    TestCertificates files() {
        return files;
    }

    /** @param provider {@code boringssl} or {@code jdk} */
    BrokerHarness.Builder broker(String provider) {
        return BrokerHarness.builder().tls(files.folder()).with(Setting.TLS_PROVIDER, provider);
    }

    RawClient client(BrokerHarness broker) throws IOException {
        return new RawClient(connect(broker, null, null));
    }

    /** A client after its handshake. */
    SSLSocket connect(BrokerHarness broker, @Nullable String host, @Nullable String identity) throws IOException {
        SSLSocket socket = files.connect(broker.broker().address(), host, identity);
        socket.startHandshake();
        return socket;
    }
}
