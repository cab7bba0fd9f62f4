package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.WebSocketClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What is the same as with Mongrel2, and what is not, about WebSockets and message sockets. */
class SocketsDifferenceIT {
    @TempDir
    private Path directory;

    private @Nullable FrontPair pair;

    @TestFactory
    Stream<DynamicTest> doesAsMongrel2ButForWhatIsListedInJson() throws Exception {
        return conversations("json");
    }

    @TestFactory
    Stream<DynamicTest> doesAsMongrel2ButForWhatIsListedInTNetStrings() throws Exception {
        return conversations("tnetstring");
    }

    private Stream<DynamicTest> conversations(String form) throws Exception {
        FrontPair started = FrontPair.start(directory, form, "");
        pair = started;
        Front mongrel2 = started.mongrel2();
        Front lurcher = started.lurcher();
        return Stream.of(
                dynamicTest("a WebSocket: handshake, data, fragments, ping, pong, close", () -> {
                    List<String> arrived = webSocket(mongrel2);
                    assertEquals(8, arrived.size());
                    assertEquals(arrived, webSocket(lurcher));
                }),
                dynamicTest("a message socket: JSON, XML, pings and what resembles them", () -> {
                    List<String> arrived = messages(mongrel2);
                    assertEquals(4, arrived.size());
                    assertEquals(arrived, messages(lurcher));
                }),
                // Deliberate: the NUL at the end.
                dynamicTest("replies in base64 have no end | a NUL", () -> {
                    assertEquals("eyJhIjoxfQ==", reply(mongrel2, 12));
                    assertEquals("eyJhIjoxfQ==\0", reply(lurcher, 13));
                }),
                dynamicTest("a flash policy", () -> {
                    String policy = policy(mongrel2);
                    assertTrue(policy.endsWith("</cross-domain-policy>\0"), policy);
                    assertEquals(policy, policy(lurcher));
                }),
                dynamicTest("a message without a route, and one that is broken", () -> {
                    for (String message : List.of("@other {}\0", "@chat?x {}\0", "@chat []\0", "<a_b/>\0")) {
                        String status = refused(mongrel2, message);
                        assertTrue(status.matches("HTTP/1.1 40[04]"), status);
                        assertEquals(status, refused(lurcher, message));
                    }
                }),
                dynamicTest("a broken frame ends it, and the worker is told", () -> {
                    assertEquals(List.of("/ws", "/ws", "@*"), broken(mongrel2));
                    assertEquals(List.of("/ws", "/ws", "@*"), broken(lurcher));
                }),
                // Deliberate: any request of a connection may upgrade.
                dynamicTest("a second request may not ask for a WebSocket | may", () -> {
                    assertEquals("", second(mongrel2));
                    assertTrue(second(lurcher).startsWith("HTTP/1.1 101 "));
                }));
    }

    private static List<String> webSocket(Front front) throws Exception {
        List<String> arrived = new ArrayList<>();
        try (WebSocketClient client = new WebSocketClient(front.client())) {
            client.ask("/ws?a=b#c", "X-Field: one", "x-field: two").raw().head();
            arrived.add(shown(front));
            client.send(0x81, "hello");
            assertEquals("81:hello", client.frame());
            String large = "x\0y".repeat(1000);
            client.send(0x82, large);
            assertEquals("82:" + large, client.frame());
            client.send(0x01, "a").send(0x89, "ping").send(0x00, "b").send(0x80, "c");
            assertEquals("81:abc", client.frame());
            client.send(0x8a, "").send(0x89, "").send(0x88, "\u0003\u00e8bye");
            for (int i = 0; i < 7; i++) {
                arrived.add(shown(front));
            }
        }
        return arrived;
    }

    private static List<String> messages(Front front) throws Exception {
        List<String> arrived = new ArrayList<>();
        try (RawClient client = front.client()) {
            client.send("@chat {\"type\":\"msg\",\"a\":1}\0");
            arrived.add(shown(front));
            client.send("@chat {\"type\":\"ping\"}\0<chat a=\"1\"><b/></chat>\0");
            arrived.add(shown(front));
            client.send("@chat {\"type\": \"ping\"}\0@chat1 {\"type\":\"ping\"}\0@chat/a;b=c {\"}\":\0}\0");
            arrived.add(shown(front));
            arrived.add(shown(front));
        }
        return arrived;
    }

    private static String reply(Front front, int length) throws Exception {
        try (RawClient client = front.client()) {
            String reply = client.send("@chat {\"a\":1}\0").exactly(length);
            assertTrue(client.hearsNothing(50), "there is more");
            shown(front);
            return reply;
        }
    }

    private static String policy(Front front) throws Exception {
        try (RawClient client = front.client()) {
            return client.send("<policy-file-request/>\0").untilEnd();
        }
    }

    private static String refused(Front front, String message) throws Exception {
        try (RawClient client = front.client()) {
            return client.send(message).untilEnd().substring(0, 12);
        }
    }

    private static List<String> broken(Front front) throws Exception {
        List<String> paths = new ArrayList<>();
        String id;
        try (WebSocketClient client = new WebSocketClient(front.client())) {
            client.ask("/ws").raw().head();
            WorkerMessage handshake = front.nextRequest();
            id = handshake.id();
            paths.add(handshake.path());
            client.send(0x81, "sound").frame();
            paths.add(front.nextRequest().path());
            client.sendRaw(new byte[] {(byte) 0x81, 1, 'x'});
            client.raw().untilEnd();
        }
        WorkerMessage notice = WorkerMessage.of(front.worker().nextMessage());
        while (!notice.id().equals(id)) {
            notice = WorkerMessage.of(front.worker().nextMessage());
        }
        paths.add(notice.path());
        return paths;
    }

    private static String second(Front front) throws Exception {
        try (WebSocketClient client = new WebSocketClient(front.client())) {
            client.raw().get("/").answer();
            front.nextRequest();
            try {
                return client.ask("/ws").raw().head();
            } catch (IOException e) {
                return "";
            }
        }
    }

    /** The next message but for its id, headers in alphabetical order. */
    private static String shown(Front front) throws InterruptedException {
        WorkerMessage message = front.nextRequest();
        return message.path() + " " + message.form() + " " + new TreeMap<>(message.headers()) + " "
                + message.content().getBytes(ISO_8859_1).length + ":" + message.content();
    }

    @AfterEach
    void stop() throws Exception {
        if (pair != null) {
            pair.close();
        }
    }
}
