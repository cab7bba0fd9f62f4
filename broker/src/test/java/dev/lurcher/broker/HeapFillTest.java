package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeapFillTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private int left = 90;
    private final HeapFill fill =
            new HeapFill(List.of(() -> new MemoryUsage(0, left, 100, 100), () -> new MemoryUsage(0, 20, 100, 100)));

    @Test
    void looksAtNoPartOfTheHeapThatFillsInEveryCollection() {
        List<String> names =
                HeapFill.lasting().stream().map(MemoryPoolMXBean::getName).toList();
        assertFalse(names.isEmpty());
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> name.contains("Eden") || name.contains("Survivor"))
                        .toList());
    }

    @Test
    void theFullestPartCounts() {
        assertEquals(90, fill.percent(7 * SECOND));
    }

    /** Or requests would be refused for ever: a broker that refuses them all has nothing to collect. */
    @Test
    void aCollectionIsNotBelievedForEver() {
        fill.percent(7 * SECOND);
        assertEquals(90, fill.percent(11 * SECOND));
        assertEquals(0, fill.percent(12 * SECOND));
    }

    @Test
    void theNextCollectionIsBelievedAgain() {
        fill.percent(7 * SECOND);
        fill.percent(12 * SECOND);
        left = 91;
        assertEquals(91, fill.percent(13 * SECOND));
        left = 30;
        assertEquals(30, fill.percent(14 * SECOND));
    }
}
