package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import org.junit.jupiter.api.Test;

class AnswersIT {
    @Test
    void anAnswerMayComeInPieces() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            long id = worker.take().connectionId();
            for (String piece : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
                    .split("(?<=[\\n:l])")) {
                worker.send(id, piece);
            }
            client.head();
            assertEquals("5\r\nhello\r\n0\r\n\r\n", client.exactly(15));
            client.get("/again");
            worker.answer(worker.take(), "kept");
            assertTrue(client.answer().endsWith("kept"));
        }
    }

    @Test
    void anAnswerWithoutFramingEndsWhenTheWorkerCloses() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            long id = worker.take().connectionId();
            worker.send(id, "HTTP/1.1 200 OK\r\n\r\n");
            worker.send(id, "some ");
            worker.send(id, "bytes");
            worker.askToClose(id);
            assertEquals("HTTP/1.1 200 OK\r\n\r\nsome bytes", client.untilEnd());
            assertTrue(worker.hearsNothing(50), "the worker closed it itself");
        }
    }

    @Test
    void bytesThatAreNoHttpPassUnchanged() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            long id = worker.take().connectionId();
            worker.send(id, "\u0000\u0001 anything");
            worker.askToClose(id);
            assertEquals("\u0000\u0001 anything", client.untilEnd());
        }
    }

    @Test
    void whatGoesPastTheEndOfAnAnswerIsCutAndTheConnectionEnds() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            long id = worker.take().connectionId();
            worker.send(
                    id,
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", client.untilEnd());
        }
    }

    @Test
    void anAnswerToHeadHasNoContent() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            worker.send(worker.take().connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            assertTrue(client.head().contains("1000"));
            client.get("/next");
            worker.answer(worker.take(), "next");
            assertTrue(client.answer().endsWith("next"));
        }
    }

    @Test
    void aWorkersInterimAnswerPasses() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            worker.send(request.connectionId(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            worker.answer(request, "final");
            assertTrue(client.head().startsWith("HTTP/1.1 103 "));
            assertTrue(client.answer().endsWith("final"));
        }
    }

    @Test
    void aWorkersConnectionCloseIsHonoured() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            worker.send(
                    worker.take().connectionId(),
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
            assertTrue(client.untilEnd().endsWith("ok"));
        }
    }

    @Test
    void aClientThatDoesNotReadIsCutAndTheWorkerIsTold() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.PENDING_BYTES, "64k")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient deaf = broker.client();
                RawClient fine = broker.client()) {
            deaf.get("/stream");
            long id = worker.take().connectionId();
            worker.send(id, "HTTP/1.1 200 OK\r\n\r\n");
            String chunk = "x".repeat(100_000);
            for (int i = 0; i < 200; i++) {
                worker.send(id, chunk);
            }
            // Told at the first chunk that finds it gone, or when it is cut.
            assertTrue(worker.take().isDisconnect());
            fine.get("/fine");
            RequestMessage next = worker.take();
            while (next.isDisconnect()) {
                next = worker.take();
            }
            worker.answer(next, "unharmed");
            assertTrue(fine.answer().endsWith("unharmed"));
            assertTrue(broker.broker().counters().get(Counter.SLOW_CLIENT) == 1, "the deaf client was not cut");
        }
    }
}
