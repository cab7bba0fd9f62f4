package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lurcher.broker.testing.RawClient;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What is the same as with Mongrel2, and what is not, over the life of a connection. */
class ConversationDifferenceIT {
    private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n\r\n";

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
                // Deliberate: connection ids start at a random point.
                dynamicTest("connection ids begin at 1 | at a random number", () -> {
                    // A connection that brings no request takes one too, in version 1.12.
                    assertTrue(firstId(mongrel2) <= 2);
                    long first = firstId(lurcher);
                    assertTrue(first > 2 && first <= Integer.MAX_VALUE, () -> "id " + first);
                }),
                dynamicTest("a client that leaves between two requests is told to the worker", () -> {
                    String notice = noticeOfDeparture(mongrel2, false);
                    assertTrue(notice.contains(" ID @* "), notice);
                    assertEquals(notice, noticeOfDeparture(lurcher, false));
                }),
                dynamicTest("a client that resets its connection during a request is told to the worker", () -> {
                    String notice = noticeOfDeparture(mongrel2, true);
                    assertEquals(notice, noticeOfDeparture(lurcher, true));
                }),
                // Deliberate: a client that shuts down its sending side gets its answer.
                dynamicTest("half-close drops the client | leaves it its answer", () -> {
                    assertEquals("", halfClosed(mongrel2));
                    assertTrue(halfClosed(lurcher).startsWith("HTTP/1.1 200 OK\r\n"));
                }),
                // Deliberate: requests of one connection are handed out one after the other.
                dynamicTest("pipelined requests are handed out at once | one after the other", () -> {
                    assertEquals("/hold/1 /hold/2 /other", pipelined(mongrel2, 3));
                    assertEquals("/hold/1 /other /hold/2", pipelined(lurcher, 2));
                }));
    }

    private static long firstId(Front front) throws Exception {
        try (RawClient client = front.client()) {
            client.get("/").head();
            return Long.parseLong(front.nextRequest().id());
        }
    }

    /** @param waiting whether the client goes while it waits for an answer */
    private static String noticeOfDeparture(Front front, boolean waiting) throws Exception {
        String id;
        try (RawClient client = front.client()) {
            client.get(waiting ? "/hold" : "/");
            id = front.nextRequest().id();
            if (waiting) {
                client.reset();
            } else {
                client.answer();
            }
        }
        // There may be one for a client of an earlier test, too.
        String notice = new String(front.worker().nextMessage(), ISO_8859_1);
        while (!notice.contains(" " + id + " ")) {
            notice = new String(front.worker().nextMessage(), ISO_8859_1);
        }
        front.worker().release();
        return notice.replace(" " + id + " ", " ID ");
    }

    private static String halfClosed(Front front) throws Exception {
        try (RawClient client = front.client()) {
            client.send("GET /hold" + HOST).endOutput();
            front.nextRequest();
            // Mongrel2 has seen the end once it takes a client that came later.
            try (RawClient later = front.client()) {
                later.get("/later").head();
                front.nextRequest();
            }
            front.worker().release();
            return client.untilEnd();
        }
    }

    /** @param held how many messages arrive before the worker answers */
    private static String pipelined(Front front, int held) throws Exception {
        StringBuilder arrived = new StringBuilder();
        try (RawClient client = front.client();
                RawClient other = front.client()) {
            client.send("GET /hold/1" + HOST + "GET /hold/2" + HOST);
            arrived.append(front.nextRequest().path());
            if (held == 3) {
                arrived.append(' ').append(front.nextRequest().path());
            }
            other.get("/other").head();
            arrived.append(' ').append(front.nextRequest().path());
            front.worker().release();
            client.answer();
            if (held == 2) {
                arrived.append(' ').append(front.nextRequest().path());
                front.worker().release();
            }
            client.answer();
        }
        return arrived.toString();
    }

    @AfterEach
    void stop() throws Exception {
        if (pair != null) {
            pair.close();
        }
    }
}
