package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.testing.Await;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LoopDelaysIT {
    @Test
    void noticesALoopThatIsKept() throws Exception {
        try (EventLoops loops = EventLoops.start(2, EventLoops.Transport.NIO)) {
            LoopDelays delays = LoopDelays.watch(loops);
            assertEquals(2, delays.figures().size());
            Await.until(
                    "both have looked",
                    () -> delays.figures().stream().allMatch(of -> of.delays().count() > 0));
            CountDownLatch kept = new CountDownLatch(1);
            loops.all().get(1).execute(() -> {
                try {
                    kept.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Await.until("its silence is noticed", () -> delays.figures().get(1).silentSeconds() > 0.4);
            kept.countDown();
            Await.until(
                    "how late it was is known", () -> delays.figures().get(1).worstSeconds() > 0.3);
            DurationFigures late = delays.figures().get(1).delays();
            long above250Millis = 0;
            for (int i = 0; i < late.counts().length; i++) {
                if (i >= late.buckets().bounds() || late.buckets().upperMicros(i) > 250_000) {
                    above250Millis += late.counts()[i];
                }
            }
            assertTrue(above250Millis >= 1, "in the histogram as well");
        }
    }
}
