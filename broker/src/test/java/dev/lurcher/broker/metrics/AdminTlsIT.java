package dev.lurcher.broker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.TestCertificates;
import dev.lurcher.broker.tls.TlsException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin listener over TLS. */
class AdminTlsIT {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    private TestCertificates files = new TestCertificates(Path.of("/"));

    @BeforeEach
    void make() throws IOException {
        files = new TestCertificates(folder)
                .pair("admin", "localhost")
                .authority("ca")
                .signed("anna", "ca", "/CN=anna")
                .pair("mallory", "localhost");
        Files.writeString(folder.resolve("token"), TOKEN);
    }

    private BrokerHarness.Builder builder() {
        return BrokerHarness.builder()
                .with(Setting.ADMIN_LISTEN, "0")
                .with(Setting.ADMIN_CERTIFICATE, folder.resolve("admin").toString());
    }

    private String get(BrokerHarness broker, String path, @Nullable String identity, String fields) throws IOException {
        try (RawClient client =
                new RawClient(files.connect(broker.broker().admin().orElseThrow(), null, identity))) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n")
                    .untilEnd();
        }
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    @Test
    void speaksTlsAndNothingElse() throws IOException {
        try (BrokerHarness broker = builder().start()) {
            assertStatus(200, get(broker, "/metrics", null, ""));
            assertTrue(get(broker, "/metrics", null, "")
                    .contains("lurcher_certificate_expiry_timestamp_seconds{certificate=\"admin:admin\"}"));
            var address = broker.broker().admin().orElseThrow();
            try (RawClient plain = new RawClient(new Socket(address.getAddress(), address.getPort()))) {
                String answer = plain.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .untilEnd();
                assertTrue(!answer.contains("HTTP/1.1"), answer);
            }
        }
    }

    @Test
    void aCertificateStandsForTheToken() throws IOException {
        try (BrokerHarness broker = builder()
                .with(Setting.ADMIN_CA_CHAIN, files.file("ca.crt").toString())
                .with(Setting.ADMIN_TOKEN_FILE, folder.resolve("token").toString())
                .start()) {
            assertStatus(200, get(broker, "/metrics", "anna", ""));
            assertStatus(200, get(broker, "/metrics", null, "Authorization: Bearer " + TOKEN + "\r\n"));
            assertStatus(200, get(broker, "/health", null, ""));
            String refused = get(broker, "/metrics", null, "");
            assertStatus(401, refused);
            assertTrue(
                    refused.endsWith("Bearer ...; or a certificate is wanted that admin.ca_chain vouches for\n"),
                    refused);
            assertStatus(401, get(broker, "/metrics", "mallory", ""));
        }
    }

    @Test
    void withoutATokenACertificateIsWanted() throws IOException {
        try (BrokerHarness broker = builder()
                .with(Setting.ADMIN_LISTEN, "0.0.0.0:0")
                .with(Setting.ADMIN_CA_CHAIN, files.file("ca.crt").toString())
                .start()) {
            assertStatus(200, get(broker, "/why", "anna", ""));
            assertStatus(401, get(broker, "/why", null, ""));
            assertStatus(200, get(broker, "/health", null, ""));
        }
    }

    @Test
    void doesNotStartWithoutTheCertificate() {
        BrokerHarness.Builder wrong = builder()
                .with(Setting.ADMIN_CERTIFICATE, folder.resolve("nobody").toString());
        TlsException refused =
                assertThrows(TlsException.class, () -> wrong.start().close());
        assertEquals(TlsException.Code.MISSING_FILE, refused.code());
    }
}
