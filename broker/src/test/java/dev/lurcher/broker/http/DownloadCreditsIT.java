package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.Notice;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mongrel2's download.flow_control: classic workers hear how much of an answer its client has taken. */
class DownloadCreditsIT {
    @ParameterizedTest
    @EnumSource
    void saysHowMuchMayBeSentAndHowMuchMore(HeaderFormat format) throws Exception {
        try (BrokerHarness harness =
                        telling().format(format).handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            assertEquals("102400", request.variable("DOWNLOAD_CREDITS"));
            String head = "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n";
            worker.send(request.connectionId(), head);
            assertEquals(head.length(), credits(worker, request, head.length()));
            worker.send(request.connectionId(), "a".repeat(30_000));
            assertEquals(30_000, credits(worker, request, 30_000));
            worker.send(request.connectionId(), "a".repeat(20_000));
            assertEquals(head + "a".repeat(50_000), client.answer());
        }
    }

    /** What the next notices say, until it is at least so much. */
    private static long credits(ScriptedWorker worker, RequestMessage request, long wanted) throws IOException {
        long all = 0;
        while (all < wanted) {
            RequestMessage notice = worker.take();
            assertEquals(request.connectionId(), notice.connectionId());
            all += assertInstanceOf(Notice.Written.class, notice.notice()).bytes();
        }
        return all;
    }

    @Test
    void aClientThatDoesNotReadGivesNoCredit() throws Exception {
        try (BrokerHarness harness = telling()
                        .with(Setting.DOWNLOAD_WINDOW, "64m")
                        .with(Setting.PENDING_BYTES, "128m")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            assertEquals("" + (64 << 20), request.variable("DOWNLOAD_CREDITS"));
            String head = "HTTP/1.1 200 OK\r\nContent-Length: " + (32 << 20) + "\r\n\r\n";
            worker.send(request.connectionId(), head);
            for (int i = 0; i < 32; i++) {
                worker.send(request.connectionId(), "a".repeat(1 << 20));
            }
            long credited = 0;
            for (RequestMessage notice = worker.poll(500); notice != null; notice = worker.poll(500)) {
                credited +=
                        assertInstanceOf(Notice.Written.class, notice.notice()).bytes();
            }
            assertTrue(credited < 31 << 20, credited + " bytes are said to be taken");
            assertEquals(head.length() + (32 << 20), client.answer().length());
        }
    }

    @Test
    void eachIdHasCreditsOfItsOwn() throws Exception {
        try (BrokerHarness harness = telling().handler("/", "hello").start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            for (int i = 0; i < 3; i++) {
                client.get("/");
                RequestMessage request = worker.take();
                assertEquals("102400", request.variable("DOWNLOAD_CREDITS"));
                worker.answer(request, "once");
                client.answer();
            }
        }
    }

    @Test
    void withOneIdForAConnectionNothingIsForgottenBetweenAnswers() throws Exception {
        try (BrokerHarness harness = telling()
                        .with(Setting.REPLY_ID_PER_REQUEST, "0")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            for (int i = 0; i < 3; i++) {
                client.get("/");
                RequestMessage request = worker.take();
                assertEquals(i == 0 ? "102400" : null, request.variable("DOWNLOAD_CREDITS"));
                worker.answer(request, "some");
                int length = client.answer().length();
                assertEquals(length, credits(worker, request, length));
            }
        }
    }

    @Test
    void managedWorkersHaveTheirOwnWay() throws Exception {
        try (BrokerHarness harness = telling().handler("/", "hello").start();
                ManagedWorker worker = harness.managedWorker("hello");
                RawClient client = harness.client()) {
            worker.hello("one", 10);
            client.get("/");
            RequestMessage request = worker.take();
            worker.send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
            assertTrue(worker.hearsNothing(100));
            worker.send(request.connectionId(), "cde");
            assertTrue(client.answer().endsWith("abcde"));
        }
    }

    @Test
    void nothingIsSaidUnlessItIsAskedFor() throws Exception {
        try (BrokerHarness harness = BrokerHarness.simple();
                ScriptedWorker worker = harness.worker("hello");
                RawClient client = harness.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            assertNull(request.variable("DOWNLOAD_CREDITS"));
            worker.send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
            assertTrue(worker.hearsNothing(100));
        }
    }

    private static BrokerHarness.Builder telling() {
        return BrokerHarness.builder().with(Setting.DOWNLOAD_FLOW_CONTROL, "1");
    }
}
