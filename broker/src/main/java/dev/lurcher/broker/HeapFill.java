package dev.lurcher.broker;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How full the heap is, by what was left in use by the last collection that looked at everything: the rest may be garbage.
 * <p>What such a collection found is believed for {@value #BELIEVED_SECONDS} seconds. While requests are refused for it, nothing
 * may be left that would make the next one necessary, and what was in use may have become garbage long ago. Where that is not
 * so, the next one comes soon after requests are taken again, and finds the same.
 * <p>Not thread-safe.
 */
final class HeapFill {
    static final int BELIEVED_SECONDS = 5;

    private final List<Part> parts;

    /** A part of the heap, with what was found there last. */
    private static final class Part {
        private final Supplier<@Nullable MemoryUsage> left;
        private long usedBytes = -1;
        private long foundNanos;

        private Part(Supplier<@Nullable MemoryUsage> left) {
            this.left = left;
        }

        private int percent(long now) {
            MemoryUsage last = left.get();
            if (last == null || last.getMax() <= 0) {
                return 0;
            }
            // Two collections that leave the same to the byte do not happen where anything does.
            if (last.getUsed() != usedBytes) {
                usedBytes = last.getUsed();
                foundNanos = now;
            }
            boolean believed = now - foundNanos < TimeUnit.SECONDS.toNanos(BELIEVED_SECONDS);
            return believed ? (int) (usedBytes * 100 / last.getMax()) : 0;
        }
    }

    /** @param left what the last collection has left in each part of the heap; null where there is none */
    HeapFill(List<Supplier<@Nullable MemoryUsage>> left) {
        parts = left.stream().map(Part::new).toList();
    }

    static HeapFill ofThisProcess() {
        return new HeapFill(lasting().stream()
                .<Supplier<@Nullable MemoryUsage>>map(pool -> pool::getCollectionUsage)
                .toList());
    }

    /**
     * The parts of the heap that hold what lasts. Those for what is new, such as a survivor space, are often full after a
     * collection, and nothing is short then; the JVM offers no usage threshold for them.
     */
    static List<MemoryPoolMXBean> lasting() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP
                        && pool.isUsageThresholdSupported()
                        && pool.isCollectionUsageThresholdSupported())
                .toList();
    }

    /**
     * How full the fullest part is, 0 to 100.
     *
     * @param now as {@link System#nanoTime()}
     */
    int percent(long now) {
        return parts.stream().mapToInt(part -> part.percent(now)).max().orElse(0);
    }
}
