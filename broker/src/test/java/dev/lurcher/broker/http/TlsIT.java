package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.WebSocketClient;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Random;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP over TLS, with both libraries for it. */
class TlsIT {
    @TempDir
    private Path root;

    private TlsRig rig = new TlsRig(Path.of("/"));

    @BeforeEach
    void make() throws IOException {
        rig = TlsRig.in(root);
    }

    private static long count(BrokerHarness broker, Counter counter) {
        return broker.broker().counters().get(counter);
    }

    @ParameterizedTest
    @CsvSource({"boringssl, EPOLL", "jdk, EPOLL", "boringssl, NIO", "jdk, NIO"})
    void answersOneRequestAfterTheOther(String provider, Transport transport) throws Exception {
        try (BrokerHarness broker =
                        rig.broker(provider).on(transport).handler("/", "hello").start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = rig.client(broker)) {
            for (int i = 0; i < 3; i++) {
                client.get("/" + i);
                RequestMessage request = worker.take();
                assertEquals("https", request.variable("URL_SCHEME"));
                assertEquals("/" + i, request.path());
                worker.answer(request, "answer " + i);
                assertTrue(client.answer().endsWith("answer " + i));
            }
            assertEquals(1, count(broker, Counter.TLS_HANDSHAKES));
            assertEquals(0, count(broker, Counter.TLS_HANDSHAKES_OPEN));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void choosesTheCertificateByTheName(String provider) throws Exception {
        rig.files().pair("shop.example", "shop.example").pair("_.wild.com", "*.wild.com");
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start()) {
            assertEquals("CN=localhost", subject(broker, null));
            assertEquals("CN=shop.example", subject(broker, "shop.example"));
            assertEquals("CN=shop.example", subject(broker, "SHOP.example"));
            assertEquals("CN=*.wild.com", subject(broker, "a.wild.com"));
            assertEquals("CN=localhost", subject(broker, "a.b.wild.com"));
        }
    }

    private String subject(BrokerHarness broker, @Nullable String host) throws IOException {
        try (SSLSocket socket = rig.connect(broker, host, null)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @ParameterizedTest
    @CsvSource({"boringssl, TLSv1.2", "boringssl, TLSv1.3", "jdk, TLSv1.2", "jdk, TLSv1.3"})
    void speaksBothVersionsAndAgreesOnTheProtocol(String provider, String version) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                SSLSocket socket = rig.files().connect(broker.broker().address(), null, null)) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();

            assertEquals(version, socket.getSession().getProtocol());
            assertEquals("http/1.1", socket.getApplicationProtocol());
            assertTrue(socket.getSession().getCipherSuite().contains("GCM"));
        }
    }

    @Test
    void offersTheSuitesThatAreNamed() throws Exception {
        try (BrokerHarness broker = rig.broker("boringssl")
                        .with(Setting.SSL_CIPHERS, "TLS-ECDHE-ECDSA-WITH-AES-256-GCM-SHA384")
                        .handler("/", "hello")
                        .start();
                SSLSocket socket = rig.files().connect(broker.broker().address(), null, null)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();

            assertEquals(
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    socket.getSession().getCipherSuite());
        }
    }

    // ---- certificates of clients

    @ParameterizedTest
    @CsvSource({"boringssl, JSON", "jdk, TNETSTRING"})
    void tellsWorkersOfAVerifiedCertificate(String provider, dev.lurcher.protocol.HeaderFormat format)
            throws Exception {
        rig.files().authority("ca").signed("anna", "ca", "/CN=anna");
        try (BrokerHarness broker = rig.broker(provider)
                        .with(Setting.SSL_VERIFY_REQUIRED, "1")
                        .with(Setting.SSL_CA_CHAIN, rig.files().file("ca.crt").toString())
                        .format(format)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = new RawClient(rig.connect(broker, null, "anna"))) {
            client.send(
                    "GET / HTTP/1.1\r\nHost: localhost\r\npeer_cert_subject: CN=admin\r\nPEER_CERT_SHA1: x\r\n\r\n");
            RequestMessage request = worker.take();
            assertEquals("CN=anna", request.variable("PEER_CERT_SUBJECT"));
            assertTrue(String.valueOf(request.variable("PEER_CERT_SHA1")).matches("[0-9A-F]{40}00"));
            assertTrue(String.valueOf(request.variable("PEER_CERT_SHA256")).matches("[0-9A-F]{64}"));
            assertFalse(request.fields().toString().contains("admin"), "a client's own such fields are removed");
            worker.answer(request, "hello anna");
            assertTrue(client.answer().endsWith("hello anna"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void letsNobodyInWithoutTheCertificateThatIsRequired(String provider) throws Exception {
        rig.files().authority("ca").authority("other").signed("eve", "other", "/CN=eve");
        try (BrokerHarness broker = rig.broker(provider)
                .with(Setting.SSL_VERIFY_REQUIRED, "1")
                .with(Setting.SSL_CA_CHAIN, rig.files().file("ca.crt").toString())
                .handler("/", "hello")
                .start()) {
            for (String identity : new @Nullable String[] {null, "eve", "test"}) {
                assertThrows(IOException.class, () -> {
                    // With TLS 1.3 a client hears of it when it reads.
                    try (SSLSocket socket = rig.connect(broker, null, identity)) {
                        new RawClient(socket).get("/").head();
                    }
                });
            }
            assertEquals(0, count(broker, Counter.REQUESTS));
            Await.until("all are counted", () -> count(broker, Counter.TLS_FAILED) == 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void letsEverybodyInWhereACertificateIsOptional(String provider) throws Exception {
        rig.files().authority("ca").signed("anna", "ca", "/CN=anna");
        try (BrokerHarness broker = rig.broker(provider)
                        .with(Setting.SSL_VERIFY_OPTIONAL, "1")
                        .with(Setting.SSL_CA_CHAIN, rig.files().file("ca.crt").toString())
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello")) {
            assertEquals("CN=anna", told(broker, worker, "anna").variable("PEER_CERT_SUBJECT"));
            assertFalse(told(broker, worker, null).variables().toString().contains("PEER_CERT"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void repeatsNoNameThatNobodyVouchesFor(String provider) throws Exception {
        rig.files().authority("ca").signed("eve", "ca", "/CN=admin");
        try (BrokerHarness broker = rig.broker(provider)
                        .with(Setting.SSL_VERIFY_OPTIONAL, "1")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello")) {
            RequestMessage eve = told(broker, worker, "eve");
            assertFalse(eve.variables().contains("PEER_CERT_SUBJECT"));
            assertTrue(eve.variables().contains("PEER_CERT_SHA1"));
        }
    }

    private RequestMessage told(BrokerHarness broker, ScriptedWorker worker, @Nullable String identity)
            throws IOException {
        try (RawClient client = new RawClient(rig.connect(broker, null, identity))) {
            client.get("/");
            RequestMessage request = worker.takeRequest();
            worker.answer(request, "x");
            client.answer();
            return request;
        }
    }

    // ---- what is not HTTP with contents

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void sendsLargeFiles(String provider) throws Exception {
        byte[] content = new byte[5_000_000];
        new Random(7).nextBytes(content);
        Path site = Files.createDirectory(root.resolve("site"));
        Files.write(site.resolve("large.bin"), content);
        try (BrokerHarness broker = rig.broker(provider)
                        .directory("/s/", site, DirectoryPolicy.USUAL)
                        .start();
                RawClient client = rig.client(broker)) {
            for (int i = 0; i < 2; i++) {
                String answer = client.get("/s/large.bin").answer();
                assertEquals(
                        new String(content, ISO_8859_1),
                        answer.substring(answer.indexOf("\r\n\r\n") + 4),
                        "round " + i);
            }
            client.send("GET /s/large.bin HTTP/1.1\r\nHost: localhost\r\nRange: bytes=10-19,4000000-4000009\r\n\r\n");
            String parts = client.answer();
            assertTrue(parts.contains(new String(content, 10, 10, ISO_8859_1)), "the first range");
            assertTrue(parts.contains(new String(content, 4_000_000, 10, ISO_8859_1)), "the second range");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void carriesWebSockets(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                ScriptedWorker worker = broker.worker("hello");
                WebSocketClient client = new WebSocketClient(rig.client(broker))) {
            long id = client.open(worker);
            client.send(0x81, "over TLS");
            RequestMessage message = worker.take();
            assertEquals("over TLS", new String(message.content(), ISO_8859_1));
            assertEquals("https", message.variable("URL_SCHEME"));
            worker.send(id, WebSocketClient.serverFrame(0x81, "answer"));
            assertEquals("81:answer", client.frame());
        }
    }

    @Test
    void tellsUpstreamsTheScheme() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin();
                BrokerHarness broker =
                        rig.broker("boringssl").proxy("/", origin.port()).start();
                RawClient client = rig.client(broker)) {
            client.get("/");
            try (RawClient upstream = origin.accept()) {
                String head = upstream.head();
                assertTrue(head.contains("\r\nX-Forwarded-Proto: https\r\n"), head);
                assertTrue(head.contains(";proto=https\r\n"), head);
                upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
            assertTrue(client.answer().endsWith("ok"));
        }
    }

    @Test
    void sendsWhatATargetOfTheOtherSchemeDeserves() throws Exception {
        try (BrokerHarness broker =
                        rig.broker("boringssl").handler("/", "hello").start();
                RawClient client = rig.client(broker)) {
            client.send("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(client.head().startsWith("HTTP/1.1 421 "));
        }
    }

    // ---- ends

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void endsInOrderWithALastWord(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = rig.client(broker)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            worker.answer(worker.take(), "the end");
            // The JDK's client throws where the last word is missing.
            assertTrue(client.untilEnd().endsWith("the end"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void refusesInOrderWhatIsMalformed(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                RawClient client = rig.client(broker)) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab");
            assertTrue(client.untilEnd().startsWith("HTTP/1.1 400 "));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void aCutAnswerHasNoLastWord(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider)
                        .with(Setting.HANDLER_LOSS_GRACE, "10ms")
                        .handler("/", "hello")
                        .start();
                RawClient client = rig.client(broker)) {
            try (ScriptedWorker worker = broker.worker("hello")) {
                client.get("/");
                RequestMessage request = worker.take();
                worker.send(request.connectionId(), "HTTP/1.1 200 OK\r\n\r\nhalf of ");
                client.head();
                assertEquals("half of ", client.exactly(8));
            }
            assertThrows(IOException.class, () -> {
                String rest = client.untilEnd();
                if (rest.contains("[reset]")) {
                    throw new IOException(rest);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void whoEndsWithoutALastWordGetsTheAnswer(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                ScriptedWorker worker = broker.worker("hello");
                Socket tcp = broker.socket();
                RawClient client = new RawClient(rig.files().wrap(tcp))) {
            client.get("/");
            tcp.shutdownOutput();
            worker.answer(worker.take(), "there");
            assertTrue(client.untilEnd().endsWith("there"));
        }
    }

    @Test
    void whoDoesNotTakeAnAnswerIsCutOnce() throws Exception {
        try (BrokerHarness broker = rig.broker("boringssl")
                        .with(Setting.PENDING_BYTES, "64k")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = rig.client(broker)) {
            client.get("/");
            RequestMessage request = worker.take();
            String part = "x".repeat(1 << 20);
            worker.send(
                    request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: " + 16 * part.length() + "\r\n\r\n");
            for (int i = 0; i < 16; i++) {
                worker.send(request.connectionId(), part);
            }
            assertTrue(worker.take().isDisconnect());
            Await.until("it is closed", () -> count(broker, Counter.CONNECTIONS_OPEN) == 0);
            assertEquals(1, count(broker, Counter.SLOW_CLIENT));
        }
    }
}
