package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static Line line(String text) {
        Line line = new Line();
        line.restart(3);
        line.ascii(text);
        return line;
    }

    private static String drained(Lane lane, int room) {
        ByteBuffer batch = ByteBuffer.allocate(room);
        lane.drainTo(batch);
        return new String(batch.array(), 0, batch.position(), StandardCharsets.US_ASCII);
    }

    @Test
    void passesLinesOnAroundTheEndOfTheRing() {
        Lane lane = new Lane(16);
        for (int i = 0; i < 100; i++) {
            assertTrue(lane.isEmpty());
            assertTrue(lane.offer(line("line " + i + "\n")));
            assertFalse(lane.isEmpty());
            assertEquals("line " + i + "\n", drained(lane, 64));
        }
    }

    @Test
    void refusesALineWithoutRoomAndTakesASmallerOne() {
        Lane lane = new Lane(16);
        assertTrue(lane.offer(line("12345678\n")));
        assertFalse(lane.offer(line("1234567\n")));
        assertTrue(lane.offer(line("123456\n")));
        assertFalse(lane.offer(line("\n")));
        assertEquals("12345678\n123456\n", drained(lane, 64));
        assertTrue(lane.offer(line("123456789012345\n")));
        assertFalse(lane.offer(line("12345678901234567\n")));
    }

    @Test
    void handsOutWholeLinesOnly() {
        Lane lane = new Lane(64);
        lane.offer(line("first\n"));
        lane.offer(line("second\n"));
        assertEquals("", drained(lane, 5));
        assertEquals("first\n", drained(lane, 12));
        assertEquals("second\n", drained(lane, 7));
        assertTrue(lane.isEmpty());
    }

    @Test
    void hasACapacityThatIsAPowerOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new Lane(100));
    }

    @Test
    void losesNothingBetweenTwoThreads() throws InterruptedException {
        Lane lane = new Lane(1024);
        int lines = 50_000;
        Thread maker = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < lines; ) {
                if (lane.offer(line(i + "\n"))) {
                    i++;
                } else {
                    LockSupport.parkNanos(1000);
                }
            }
        });
        ByteBuffer batch = ByteBuffer.allocate(100);
        int expected = 0;
        while (expected < lines) {
            batch.clear();
            lane.drainTo(batch);
            String text = new String(batch.array(), 0, batch.position(), StandardCharsets.US_ASCII);
            for (String each : text.lines().toList()) {
                assertEquals(String.valueOf(expected++), each);
            }
        }
        maker.join();
        assertTrue(lane.isEmpty());
    }
}
