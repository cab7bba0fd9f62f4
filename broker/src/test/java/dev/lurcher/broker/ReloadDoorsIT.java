package dev.lurcher.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ControlTalk;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.TestCertificates;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reloads that change how clients and commands come in. */
class ReloadDoorsIT {
    private static final int RELOADS = 20;
    private static final int CLIENTS = 3;

    @TempDir
    private Path root;

    private TestCertificates first = new TestCertificates(Path.of("/"));
    private TestCertificates second = first;

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private volatile boolean over;
    private volatile boolean idle;

    @BeforeEach
    void make() throws IOException {
        first = new TestCertificates(Files.createDirectory(root.resolve("a"))).pair("test", "localhost");
        second = new TestCertificates(Files.createDirectory(root.resolve("b"))).pair("test", "localhost");
    }

    private BrokerHarness.Builder plain() {
        return BrokerHarness.builder()
                .with(Setting.CONTROL_PORT, control("one"))
                .handler("/", "hello", 1);
    }

    private BrokerHarness.Builder secure(TestCertificates certificates) {
        return plain().tls(certificates.folder());
    }

    private String control(String name) {
        return "ipc://" + root.resolve(name);
    }

    private static void assertApplied(ReloadResult result) {
        assertTrue(result.applied(), result::toString);
        assertEquals(List.of(), result.problems());
        assertEquals(List.of(), result.needRestart());
    }

    private RawClient tls(BrokerHarness broker) throws IOException {
        SSLSocket socket = first.connect(broker.broker().address(), null, null);
        socket.startHandshake();
        return new RawClient(socket);
    }

    private static String ask(RawClient client, ScriptedWorker worker, String scheme) throws IOException {
        client.get("/");
        RequestMessage request = worker.takeRequest();
        assertEquals(scheme, request.variable("URL_SCHEME"));
        worker.answer(request, "x");
        return client.answer();
    }

    @Test
    void clientsSpeakTlsOnceTheConfigurationSaysSo() throws Exception {
        try (BrokerHarness broker = plain().start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient before = broker.client()) {
            assertTrue(ask(before, worker, "http").startsWith("HTTP/1.1 200 "));

            ReloadResult result = broker.reload(secure(first));

            assertApplied(result);
            assertTrue(result.changes().toString().contains("server.use_ssl is 1 (before: 0)"), result::toString);
            // Who was there has one more answer, and no reset.
            assertTrue(ask(before, worker, "http").startsWith("HTTP/1.1 200 "));
            assertEquals("", before.untilEnd());
            try (RawClient after = tls(broker);
                    RawClient late = broker.client()) {
                assertTrue(ask(after, worker, "https").startsWith("HTTP/1.1 200 "));
                late.get("/");
                assertEquals("", late.untilEnd().replace("[reset]", ""));

                assertApplied(broker.reload(plain()));
                assertTrue(ask(after, worker, "https").startsWith("HTTP/1.1 200 "));
                assertEquals("", after.untilEnd());
            }
            try (RawClient again = broker.client()) {
                assertTrue(ask(again, worker, "http").startsWith("HTTP/1.1 200 "));
            }
            assertApplied(broker.reload(secure(second)));
            tls(broker).close();
        }
    }

    @Test
    void aFolderWithoutACertificateChangesNothing() throws Exception {
        TestCertificates nothing = new TestCertificates(Files.createDirectory(root.resolve("nothing")));
        try (BrokerHarness broker = plain().start();
                ScriptedWorker worker = broker.worker("hello")) {
            assertRefused(broker.reload(secure(nothing)));
            try (RawClient client = broker.client()) {
                assertTrue(ask(client, worker, "http").startsWith("HTTP/1.1 200 "));
            }
            assertApplied(broker.reload(secure(first)));

            assertRefused(broker.reload(secure(nothing)));
            try (RawClient client = tls(broker)) {
                assertTrue(ask(client, worker, "https").startsWith("HTTP/1.1 200 "));
            }
        }
    }

    private static void assertRefused(ReloadResult result) {
        assertFalse(result.applied());
        assertTrue(result.problems().toString().contains("test.crt"), result::toString);
    }

    @Test
    void otherCertificatesAndTermsComeWithoutAFailedHandshake() throws Exception {
        try (BrokerHarness broker = secure(first).start();
                ScriptedWorker worker = broker.worker("hello")) {
            List<Thread> threads = load(broker, worker);
            for (int i = 1; i <= RELOADS; i++) {
                BrokerHarness.Builder next = secure(i % 2 == 0 ? first : second)
                        .with(Setting.SSL_VERIFY_OPTIONAL, i % 3 == 0 ? "1" : "0")
                        .with(Setting.TLS_HANDSHAKES, String.valueOf(1000 + i))
                        .with(Setting.CONTROL_PORT, control("control" + i % 4));
                assertApplied(broker.reload(next));
                assertEquals(serial(i % 2 == 0 ? first : second), serialOf(broker));
            }
            end(threads);
        }
    }

    private List<Thread> load(BrokerHarness broker, ScriptedWorker worker) {
        List<Thread> threads = new ArrayList<>(List.of(Thread.ofPlatform().start(() -> work(worker))));
        for (int i = 0; i < CLIENTS; i++) {
            threads.add(Thread.ofPlatform().start(() -> askAll(broker)));
        }
        return threads;
    }

    private void end(List<Thread> threads) throws InterruptedException {
        over = true;
        for (Thread thread : threads.subList(1, threads.size())) {
            thread.join();
        }
        idle = true;
        threads.get(0).join();
        assertEquals(List.of(), List.copyOf(failures));
        assertTrue(answered.get() > 0);
    }

    /** A connection for each two requests. */
    private void askAll(BrokerHarness broker) {
        try {
            while (!over) {
                try (RawClient client = tls(broker)) {
                    for (int i = 0; i < 2; i++) {
                        String answer = client.get("/").answer();
                        assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
                        answered.incrementAndGet();
                    }
                }
            }
        } catch (IOException | AssertionError e) {
            failures.add(e);
        }
    }

    private void work(ScriptedWorker worker) {
        try {
            while (!idle) {
                RequestMessage request = worker.poll(10);
                if (request != null && !request.isDisconnect()) {
                    worker.answer(request, "x");
                }
            }
        } catch (IOException e) {
            failures.add(e);
        }
    }

    private String serialOf(BrokerHarness broker) throws IOException {
        try (SSLSocket socket = first.connect(broker.broker().address(), null, null)) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            return shown.getSerialNumber().toString(16);
        }
    }

    private static String serial(TestCertificates of) throws IOException {
        String said = of.openssl("x509", "-in", "test.crt", "-noout", "-serial");
        return new BigInteger(said.strip().replace("serial=", ""), 16).toString(16);
    }

    @Test
    void commandsAreTakenElsewhereAndWhoAskedForItIsAnswered() throws Exception {
        try (BrokerHarness broker = plain().start();
                ControlTalk talk = new ControlTalk(broker)) {
            broker.wants(plain().with(Setting.CONTROL_PORT, control("two")));

            assertEquals("applied", talk.rows("reload", "what", "result").get(0).get("text"));

            assertEquals(control("two"), String.valueOf(broker.broker().controlEndpoint()));
            assertEquals("test", told(broker));
            Await.until("the one before is gone", () -> Files.notExists(root.resolve("one")));
            assertThrows(IOException.class, () -> talk.rows("uuid"));
        }
    }

    private static String told(BrokerHarness broker) throws IOException {
        try (Requester requester = requester(broker)) {
            String answer = new String(requester.ask("10:4:uuid,0:}]".getBytes(ISO_8859_1)), ISO_8859_1);
            return answer.replaceAll(".*rows,[0-9]+:[0-9]+:[0-9]+:([a-z]+),.*", "$1");
        }
    }

    private static Requester requester(BrokerHarness broker) throws IOException {
        Endpoint endpoint = broker.broker().controlEndpoint();
        if (endpoint == null) {
            throw new AssertionError("there is no control port");
        }
        return Requester.connect(endpoint, Duration.ofSeconds(20));
    }

    @Test
    void aControlPortThatCannotBeHadChangesNothing() throws Exception {
        try (BrokerHarness broker = plain().start();
                ControlTalk talk = new ControlTalk(broker)) {
            Path blocked = Files.createFile(root.resolve("file"));

            ReloadResult result = broker.reload(
                    plain().handler("/other", "other", 2).with(Setting.CONTROL_PORT, "ipc://" + blocked + "/control"));

            assertFalse(result.applied(), result::toString);
            assertTrue(result.problems().toString().contains("control port: "), result::toString);
            assertEquals(1, broker.broker().pools().size());
            assertEquals("test", talk.rows("uuid").get(0).get("uuid"));
        }
    }

    @Test
    void aControlPortThatWasClosedStaysClosed() throws Exception {
        try (BrokerHarness broker = plain().start();
                ControlTalk talk = new ControlTalk(broker)) {
            talk.ask("control_stop");
            Await.until("its socket is gone", () -> Files.notExists(root.resolve("one")));

            assertApplied(broker.reload(plain().with(Setting.CONTROL_PORT, control("two"))));

            assertFalse(Files.exists(root.resolve("two")));
        }
    }
}
