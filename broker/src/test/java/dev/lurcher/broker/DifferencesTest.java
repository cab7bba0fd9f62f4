package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DifferencesTest {
    /** Public, as those are that are compared. */
    public record Inner(Duration queueTimeout, int most) {}

    public record Outer(String name, Inner limits, @Nullable Duration expires) {}

    private static final Outer ONE = new Outer("a", new Inner(Duration.ofSeconds(10), 1), null);

    @Test
    void thereAreNoneBetweenTheSame() {
        assertEquals(List.of(), Differences.of(ONE, new Outer("a", new Inner(Duration.ofSeconds(10), 1), null)));
    }

    @Test
    void partsOfPartsAreNamedAsTheirColumns() {
        Outer other = new Outer("b", new Inner(Duration.ofMillis(1500), 1), Duration.ofHours(1));

        assertEquals(
                List.of(
                        "name is b (before: a)",
                        "queue_timeout is 1500ms (before: 10s)",
                        "expires is 3600s (before: null)"),
                Differences.of(ONE, other));
    }
}
