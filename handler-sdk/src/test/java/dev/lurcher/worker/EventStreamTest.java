package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private final Captured captured = new Captured();

    @Test
    void writesEventsInChunks() {
        captured.request("GET", "/events").reply(Response.events(events -> {
            events.send("one");
            events.send("7", "news", "two\nlines\r\nand more");
            events.retry(Duration.ofSeconds(3));
            assertTrue(events.isOpen());
        }));
        assertEquals(
                List.of(
                        "S 1:1, HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nContent-Type: text/event-stream\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n",
                        "S 1:1, b\r\ndata: one\n\n\r\n",
                        "S 1:1, 38\r\nid: 7\nevent: news\ndata: two\ndata: lines\ndata: and more\n\n\r\n",
                        "S 1:1, d\r\nretry: 3000\n\n\r\n",
                        "S 1:1, 0\r\n\r\n"),
                captured.sent());
    }

    @Test
    void refusesWhatWouldBreakAnEvent() {
        captured.request("GET", "/events").reply(Response.events(events -> {
            assertThrows(IllegalArgumentException.class, () -> events.send("1\n2", null, "x"));
            assertThrows(IllegalArgumentException.class, () -> events.send(null, "a\rb", "x"));
        }));
    }

    @Test
    void beatsWhileItIsSilent() {
        captured.request("GET", "/events").reply(Response.of(200).withBody(out -> {
            EventStream silent = new EventStream((BodyStream) out, Duration.ZERO);
            silent.beat();
            EventStream busy = new EventStream((BodyStream) out, Duration.ofDays(1));
            busy.beat();
        }));
        assertEquals(
                List.of(
                        "S 1:1, HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n",
                        "S 1:1, 0\r\n\r\n"),
                captured.sent());
    }

    @Test
    void endsWhenTheClientIsGoneOrTheWorkerStops() {
        captured.request("GET", "/events").reply(Response.events(events -> {
            captured.connection().gone(1);
            assertFalse(events.isOpen());
            events.awaitEnd();
            assertThrows(IOException.class, () -> events.send("nobody hears"));
        }));
        captured.connection().stop();
        captured.request(2, "GET", "/events", "", "").reply(Response.events(events -> {
            assertFalse(events.isOpen());
            events.awaitEnd();
            events.send("the last");
        }));
        assertTrue(captured.sent().contains("S 1:2, 10\r\ndata: the last\n\n\r\n"));
    }

    @Test
    void takesNothingAfterItsWriterHasEnded() {
        List<EventStream> kept = new ArrayList<>();
        captured.request("GET", "/events").reply(Response.events(kept::add));
        assertThrows(IOException.class, () -> kept.get(0).send("too late"));
    }
}
