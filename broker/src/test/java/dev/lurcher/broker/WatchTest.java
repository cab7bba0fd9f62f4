package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.lang.management.MemoryPoolMXBean;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    @Test
    void looksAtNoPartOfTheHeapThatFillsInEveryCollection() {
        List<String> names =
                Watch.lasting().stream().map(MemoryPoolMXBean::getName).toList();
        assertFalse(names.isEmpty());
        assertEquals(
                List.of(),
                names.stream()
                        .filter(name -> name.contains("Eden") || name.contains("Survivor"))
                        .toList());
    }
}
