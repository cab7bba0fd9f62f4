package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import org.junit.jupiter.api.Test;

/** The first word of a reply, and whether it matters. */
class ReplySenderIT {
    private static String reply(String sender, RequestMessage request, String content) {
        String id = String.valueOf(request.connectionId());
        return "%s %d:%s, HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(sender, id.length(), id, content.length(), content);
    }

    @Test
    void aReplyOfAnotherSenderIsDropped() throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            RequestMessage request = worker.take();
            for (String sender : new String[] {"other", "hell", "hello2", "HELLO"}) {
                worker.sendRaw(reply(sender, request, "forged"));
            }
            worker.sendRaw(reply("hello", request, "right"));

            assertTrue(client.answer().endsWith("right"));
            assertEquals(4, broker.broker().counters().get(Counter.WRONG_SENDER));
        }
    }

    @Test
    void passesWhereTheCheckIsOff() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.REPLY_CHECK_SENDER, "0")
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            worker.sendRaw(reply("another-id", worker.take(), "whoever"));

            assertTrue(client.answer().endsWith("whoever"));
            assertEquals(0, broker.broker().counters().get(Counter.WRONG_SENDER));
        }
    }

    @Test
    void mayStillWriteOnlyToConnectionsOfItsHandlerWhereTheCheckIsOff() throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.REPLY_CHECK_SENDER, "0")
                        .handler("/a", "alpha")
                        .handler("/b", "beta")
                        .start();
                ScriptedWorker alpha = broker.worker("alpha");
                ScriptedWorker beta = broker.worker("beta");
                RawClient client = broker.client();
                RawClient other = broker.client()) {
            client.get("/a");
            RequestMessage request = alpha.take();
            beta.sendRaw(reply("alpha", request, "foreign"));
            // What the same socket sends next is acted on after it.
            other.get("/b");
            beta.answer(beta.take(), "own");
            assertTrue(other.answer().endsWith("own"));
            alpha.answer(request, "right");

            assertTrue(client.answer().endsWith("right"));
            assertEquals(1, broker.broker().counters().get(Counter.FOREIGN_REPLY));
        }
    }
}
