package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of a port for TLS that do not get as far as a request, or do not behave. */
class TlsStrangersIT {
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
    @ValueSource(strings = {"boringssl", "jdk"})
    void closesInOrderWhatIsNoTls(String provider) throws Exception {
        try (BrokerHarness broker = rig.broker(provider).handler("/", "hello").start();
                RawClient plain = broker.client();
                RawClient garbage = broker.client()) {
            assertEquals("", plain.get("/").untilEnd());
            assertEquals("", garbage.send("\0\1\2\3").untilEnd());
            assertEquals(2, count(broker, Counter.NOT_TLS));
            assertEquals(0, count(broker, Counter.REQUESTS));
        }
    }

    @Test
    void whoBeginsAndGoesNoFurtherIsClosedInTime() throws Exception {
        try (BrokerHarness broker = rig.broker("boringssl")
                        .with(Setting.TLS_HANDSHAKE_TIME, "500ms")
                        .handler("/", "hello")
                        .start();
                RawClient silent = broker.client();
                RawClient half = broker.client()) {
            long begin = System.nanoTime();
            half.send("\26\3\1\0\200\1\0\0\174\3\3");
            assertEquals("", silent.untilEnd());
            assertEquals("", half.untilEnd());
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertTrue(millis >= 400 && millis < 3000, millis + " ms");
            Await.until("both are counted", () -> count(broker, Counter.TLS_FAILED) == 2);
            assertEquals(0, count(broker, Counter.TLS_HANDSHAKES_OPEN));
        }
    }

    @Test
    void aClientHelloThatIsTooLongIsRefusedAtOnce() throws Exception {
        try (BrokerHarness broker =
                        rig.broker("boringssl").handler("/", "hello").start();
                RawClient client = broker.client()) {
            // A record that begins a message of 65536 bytes.
            client.send("\26\3\1\100\0\1\1\0\0" + "\0".repeat(0x4000 - 4));
            client.untilEnd();
            Await.until("it is counted", () -> count(broker, Counter.TLS_FAILED) == 1);
        }
    }

    @Test
    void manyThatOnlyBeginKeepNobodyOut() throws Exception {
        try (BrokerHarness broker = rig.broker("boringssl")
                        .with(Setting.TLS_HANDSHAKES, "3")
                        .with(Setting.EVENT_LOOPS, "1")
                        .handler("/", "hello")
                        .start();
                RawClient first = broker.client()) {
            Await.until("it is there", () -> count(broker, Counter.TLS_HANDSHAKES_OPEN) == 1);
            try (RawClient second = broker.client();
                    RawClient third = broker.client();
                    SSLSocket honest = rig.connect(broker, null, null)) {
                assertTrue(honest.isConnected());
                assertEquals("", first.untilEnd());
                Await.until("two are left", () -> count(broker, Counter.TLS_HANDSHAKES_OPEN) == 2);
                assertEquals(1, count(broker, Counter.TLS_CROWDED_OUT));
                assertTrue(second.hearsNothing(50) && third.hearsNothing(50));
            }
        }
    }

    @Test
    void aBrokenRecordIsTheClientsFaultAndNotOurs() throws Exception {
        try (BrokerHarness broker =
                        rig.broker("boringssl").handler("/", "hello").start();
                Socket tcp = broker.socket();
                SSLSocket tls = rig.files().wrap(tcp)) {
            tls.startHandshake();
            tcp.getOutputStream().write(new byte[] {23, 3, 3, 0, 4, 1, 2, 3, 4});
            tcp.getOutputStream().flush();
            // An alert comes back, and then each side closes; where the client does not, idle_time does.
            assertTrue(tcp.getInputStream().read() >= 0);
            tcp.close();
            Await.until("it is closed", () -> count(broker, Counter.CONNECTIONS_OPEN) == 0);
        }
    }

    @Test
    void drainClosesHandshakesAndLetsRequestsEnd() throws Exception {
        try (BrokerHarness broker =
                        rig.broker("boringssl").handler("/", "hello").start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient busy = rig.client(broker);
                RawClient idle = rig.client(broker);
                RawClient beginning = broker.client()) {
            busy.get("/");
            RequestMessage request = worker.take();
            Await.until("it is there", () -> count(broker, Counter.TLS_HANDSHAKES_OPEN) == 1);
            Thread drain = Thread.ofVirtual().start(() -> {
                try {
                    broker.broker().drain(java.time.Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertEquals("", idle.untilEnd());
            assertEquals("", beginning.untilEnd());
            worker.answer(request, "done");
            assertTrue(busy.untilEnd().endsWith("done"));
            drain.join();
        }
    }

    @Test
    void refusesOlderVersions() throws Exception {
        try (BrokerHarness broker =
                        rig.broker("boringssl").handler("/", "hello").start();
                RawClient client = broker.client()) {
            // A whole ClientHello of TLS 1.1 with one suite of its time.
            String random = "r".repeat(32);
            String hello = "\3\2" + random + "\0" + "\0\2\300\11" + "\1\0";
            String message = "\1\0\0" + (char) hello.length() + hello;
            String answer =
                    client.send("\26\3\1\0" + (char) message.length() + message).untilEnd();
            assertTrue(answer.isEmpty() || answer.charAt(0) == 21, "an alert, or nothing");
            Await.until("it is counted", () -> count(broker, Counter.TLS_FAILED) == 1);
        }
    }
}
