package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a running broker ends. */
class StopIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void answersTheRequestUnderWayAndEndsWithZero(String signal) throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess broker = site.start();
                PyWorker worker = site.startWorker();
                RawClient client = new RawClient(broker.address())) {
            client.get("/hold");
            worker.nextMessage();
            broker.process().signal(signal);
            awaitRefusal(broker);
            worker.release();

            String answer = client.untilEnd();
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.endsWith("\r\n\r\nheld"), answer);
            assertEquals(0, broker.process().exitCode());
        }
    }

    @Test
    void endsAtOnceWithTheSecondSignal() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess broker = site.start();
                PyWorker worker = site.startWorker();
                RawClient client = new RawClient(broker.address())) {
            client.get("/hold");
            worker.nextMessage();
            broker.process().signal("TERM");
            awaitRefusal(broker);
            broker.process().signal("INT");

            assertEquals(128 + 2, broker.process().exitCode());
            assertEquals("", client.untilEnd().replace("[reset]", ""));
        }
    }

    @Test
    void closesIdleConnections() throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess broker = site.start();
                PyWorker worker = site.startWorker();
                RawClient client = new RawClient(broker.address())) {
            client.get("/").head();
            worker.nextMessage();
            broker.process().signal("TERM");

            assertEquals("", client.untilEnd());
            assertEquals(0, broker.process().exitCode());
        }
    }

    @Test
    void leavesItsAddressesForTheNextOne() throws Exception {
        OneHandler site = OneHandler.in(directory);
        for (int life = 0; life < 2; life++) {
            try (BrokerProcess broker = site.start();
                    PyWorker worker = site.startWorker();
                    RawClient client = new RawClient(broker.address())) {
                assertTrue(client.get("/").head().startsWith("HTTP/1.1 200"));
                assertTrue(new String(worker.nextMessage(), java.nio.charset.StandardCharsets.ISO_8859_1)
                        .startsWith("site "));
            }
        }
    }

    /** Waits until the broker takes no more connections, which is the first thing that a signal brings about. */
    private static void awaitRefusal(BrokerProcess broker) {
        long until = System.nanoTime() + Lines.DEADLINE.toNanos();
        while (true) {
            try (RawClient late = new RawClient(broker.address())) {
                assertTrue(System.nanoTime() - until < 0, "connections are still taken");
            } catch (ConnectException e) {
                return;
            } catch (SocketException e) {
                // It was in the backlog when the listener closed: the next one is refused.
                assertTrue(System.nanoTime() - until < 0, "connections are reset, and not refused");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
