package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeepAliveIT {
    @Test
    void servesManyRequestsOnOneConnectionEachUnderItsOwnId() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            Set<Long> ids = new HashSet<>();
            for (int i = 0; i < 50; i++) {
                client.get("/" + i);
                RequestMessage request = worker.take();
                assertEquals("/" + i, request.path());
                assertTrue(ids.add(request.connectionId()));
                worker.answer(request, "answer " + i);
                assertTrue(client.answer().endsWith("answer " + i));
            }
        }
    }

    @Test
    void answersPipelinedRequestsInOrderOneAfterTheOther() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /b HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\nHost: localhost\r\n\r\n");
            RequestMessage first = worker.take();
            assertTrue(worker.hearsNothing(50), "the second request must wait for the first answer");
            worker.answer(first, "one");
            RequestMessage second = worker.take();
            assertEquals("abc", new String(second.content(), java.nio.charset.StandardCharsets.ISO_8859_1));
            worker.answer(second, "two");
            worker.answer(worker.take(), "three");
            assertTrue(client.answer().endsWith("one"));
            assertTrue(client.answer().endsWith("two"));
            assertTrue(client.answer().endsWith("three"));
        }
    }

    @Test
    void closesAfterTheAnswerWhenTheClientAsks() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            worker.answer(worker.take(), "bye");
            assertTrue(client.untilEnd().endsWith("bye"));
            assertTrue(worker.hearsNothing(50), "an orderly end needs no notice");
        }
    }

    @Test
    void closesAfterTheAnswerToHttp10() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("GET / HTTP/1.0\r\n\r\n");
            RequestMessage request = worker.take();
            worker.answer(request, "old");
            assertTrue(client.untilEnd().endsWith("old"));
            // What Mongrel2's libraries do after it; the connection is closed already.
            worker.askToClose(request.connectionId());
            assertTrue(worker.hearsNothing(50), "who asks to close needs no notice");
        }
    }

    @Test
    void closesAfterTheLastRequestThatASettingAllows() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.REQUESTS_PER_CONNECTION, "2")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/1");
            worker.answer(worker.take(), "one");
            assertTrue(client.answer().endsWith("one"));
            client.get("/2");
            worker.answer(worker.take(), "two");
            assertTrue(client.untilEnd().endsWith("two"));
        }
    }

    @Test
    void closesAnIdleConnection() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.IDLE_TIME, "200ms")
                        .handler("/", "hello")
                        .start();
                RawClient client = broker.client()) {
            assertEquals("", client.untilEnd());
        }
    }
}
