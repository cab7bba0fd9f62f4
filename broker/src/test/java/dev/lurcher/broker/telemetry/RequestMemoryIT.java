package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestMemoryIT {
    private final EventLoops loops = EventLoops.start(2, EventLoops.Transport.NIO);

    @AfterEach
    void stop() {
        loops.close();
    }

    private void remember(RequestMemory memory, RememberedExchange exchange) throws Exception {
        loops.all().get(exchange.loop()).submit(() -> memory.remember(exchange)).get(10, TimeUnit.SECONDS);
    }

    private static Optional<RequestStory> find(RequestMemory memory, long id) throws Exception {
        return memory.find(id).toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void tellsWhatBecameOfARequestOfEitherLoop() throws Exception {
        RequestMemory memory = new RequestMemory(loops, 100, 100);
        remember(memory, Ended.of(0, 5, 200, ""));
        remember(memory, Ended.of(1, 6, 404, "", "/x".repeat(300)));

        RequestStory story = find(memory, 5).orElseThrow();
        assertEquals(5, story.requestId());
        assertEquals(3, story.revision());
        assertEquals(new RequestStory.Way("localhost", 1, "localhost", "/j/([0-9]+)", 2, "handler hello"), story.way());
        assertEquals(new RequestStory.Worker("w", Ended.HELLO, 5, 2, "v"), story.worker());
        assertEquals(new RequestStory.Times(2_500_042, 17), story.times());
        assertEquals(new RequestStory.Answer(200, 1234, "answered", ""), story.answer());
        Duration ago = Duration.between(story.began(), Instant.now());
        assertTrue(ago.toMillis() >= 2_500 && ago.toMillis() < 60_000, ago::toString);
        RequestStory other = find(memory, 6).orElseThrow();
        assertEquals("/x".repeat(128) + "...", other.asked().path());
        assertTrue(find(memory, 7).isEmpty());
    }

    @Test
    void forgetsTheOldestAndKeepsFailuresForLonger() throws Exception {
        RequestMemory memory = new RequestMemory(loops, 8, 4);
        remember(memory, Ended.of(0, 1, 200, ""));
        remember(memory, Ended.of(0, 2, 503, "no_worker"));
        remember(memory, Ended.of(0, 3, 400, "bad_request"));
        remember(memory, Ended.of(0, 4, 200, "client_gone"));
        for (int i = 100; i < 200; i++) {
            remember(memory, Ended.of(0, i, 200, ""));
        }
        assertTrue(find(memory, 1).isEmpty());
        assertEquals("no_worker", find(memory, 2).orElseThrow().answer().reason());
        assertEquals("bad_request", find(memory, 3).orElseThrow().answer().reason());
        assertEquals("client_gone", find(memory, 4).orElseThrow().answer().reason());
        assertEquals(200, find(memory, 196).orElseThrow().answer().status());
        assertTrue(find(memory, 195).isEmpty());

        for (int i = 300; i < 400; i++) {
            remember(memory, Ended.of(0, i, 404, "no_route"));
        }
        assertEquals(503, find(memory, 2).orElseThrow().answer().status(), "a flood of 404 leaves it alone");
        assertTrue(find(memory, 3).isEmpty());
    }

    @Test
    void listsTheLatestFailures() throws Exception {
        RequestMemory memory = new RequestMemory(loops, 4, 8);
        for (int i = 0; i < 20; i++) {
            remember(memory, Ended.of(i % 2, i, i % 4 < 2 ? 502 : 200, i % 4 < 2 ? "worker_lost" : ""));
        }
        List<Long> failed = memory.failures(3).toCompletableFuture().get(10, TimeUnit.SECONDS).stream()
                .map(RequestStory::requestId)
                .toList();
        assertEquals(List.of(17L, 16L, 13L), failed);
    }

    @Test
    void remembersNothingWhereItMayNot() throws Exception {
        RequestMemory memory = new RequestMemory(loops, 0, 0);
        remember(memory, Ended.of(0, 1, 503, "no_worker"));
        assertTrue(find(memory, 1).isEmpty());
    }
}
