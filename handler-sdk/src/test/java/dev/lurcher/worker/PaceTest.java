package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
    @Test
    void letsAWindowThroughAndThenWaits() throws Exception {
        Pace pace = new Pace(100);
        pace.take(60);
        pace.take(40);
        Taker taker = new Taker(pace, 10);
        taker.awaitWaiting();
        pace.add(9);
        taker.awaitWaiting();
        pace.add(1);
        taker.awaitDone();
    }

    @Test
    void letsThroughWhatIsLargerThanTheWindow() throws Exception {
        Pace pace = new Pace(100);
        pace.take(1000);
        Taker taker = new Taker(pace, 1);
        pace.add(900);
        taker.awaitWaiting();
        pace.add(1);
        taker.awaitDone();
    }

    @Test
    void neverWaitsWithoutAWindow() throws Exception {
        Pace pace = new Pace(0);
        for (int i = 0; i < 100; i++) {
            pace.take(Integer.MAX_VALUE);
        }
        assertEquals(64 * 1024, pace.pieceBytes());
    }

    @Test
    void endsWhoeverWaits() throws Exception {
        Pace pace = new Pace(10);
        pace.take(10);
        Taker taker = new Taker(pace, 1);
        taker.awaitWaiting();
        assertFalse(pace.isEnded());
        pace.end("over");
        taker.awaitDone();
        assertTrue(pace.isEnded());
        assertEquals("over", assertThrows(IOException.class, () -> pace.take(0)).getMessage());
    }

    /** A broker credits in steps of half the window at most, so a piece must never need more than that to be let through. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 10, 33, 1000, 65_536, 262_144, Long.MAX_VALUE})
    void neverWaitsForMoreThanABrokerCredits(long window) throws Exception {
        Pace pace = new Pace(window);
        long open = 0;
        int piece = pace.pieceBytes() + 9;
        for (int i = 0; i < 100; i++) {
            // The client takes all, and the broker says so once it is half a window.
            if (open >= Math.max(1, window / 2)) {
                pace.add(open);
                open = 0;
            }
            Taker taker = new Taker(pace, piece);
            taker.awaitDone();
            open += piece;
        }
    }

    private static final class Taker {
        private final Thread thread;
        private final CountDownLatch done = new CountDownLatch(1);
        private final AtomicBoolean failed = new AtomicBoolean();

        Taker(Pace pace, int bytes) {
            thread = new Thread(() -> {
                try {
                    pace.take(bytes);
                } catch (IOException | InterruptedException e) {
                    failed.set(true);
                }
                done.countDown();
            });
            thread.start();
        }

        void awaitWaiting() {
            while (thread.getState() != Thread.State.WAITING) {
                assertTrue(thread.isAlive(), "did not wait");
                Thread.onSpinWait();
            }
        }

        void awaitDone() throws InterruptedException {
            assertTrue(done.await(20, TimeUnit.SECONDS), "waits in vain");
        }
    }
}
