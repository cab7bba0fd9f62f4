package dev.lurcher.broker.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.lurcher.broker.telemetry.LoopDelays;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The event loops, the memory and the process. */
final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4096;

    private ProcessMetrics() {}

    static void addLoops(List<LoopDelays.OfLoop> loops, MetricSheet sheet) {
        for (int i = 0; i < loops.size(); i++) {
            String loop = String.valueOf(i);
            sheet.histogram(
                    "event_loop_delay_seconds",
                    "How late event loops did what was due, twenty times a second.",
                    loops.get(i).delays(),
                    "loop",
                    loop);
            sheet.gauge(
                    "event_loop_worst_delay_seconds",
                    "The worst of these in the last 30 to 60 seconds.",
                    loops.get(i).worstSeconds(),
                    "loop",
                    loop);
        }
    }

    static void addMemory(MetricSheet sheet) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        sheet.gauge("heap_used_bytes", "Heap in use, garbage included.", heap.getUsed());
        sheet.gauge("heap_max_bytes", "The heap's limit.", heap.getMax());
        sheet.gauge(
                "direct_memory_used_bytes",
                "Memory outside the heap that buffers have.",
                Math.max(0, PlatformDependent.usedDirectMemory()));
        sheet.gauge("direct_memory_max_bytes", "The limit of that memory.", PlatformDependent.maxDirectMemory());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            sheet.counter(
                    "gc_seconds",
                    "Time that collections took.",
                    collector.getCollectionTime() / 1000.0,
                    "collector",
                    collector.getName());
            sheet.counter(
                    "gc_collections", "Collections.", collector.getCollectionCount(), "collector", collector.getName());
        }
    }

    static void addProcess(MetricSheet sheet) {
        sheet.gauge(
                "process_start_time_seconds",
                "When the process began, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0);
        sheet.gauge(
                "process_threads",
                "Threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            sheet.counter("process_cpu_seconds", "CPU time that the process took.", system.getProcessCpuTime() / 1e9);
            sheet.gauge("process_open_fds", "Open file descriptors.", system.getOpenFileDescriptorCount());
            sheet.gauge("process_max_fds", "Most file descriptors.", system.getMaxFileDescriptorCount());
        }
        try {
            String[] pages = Files.readString(STATM).split(" ", 3);
            sheet.gauge(
                    "process_resident_memory_bytes",
                    "Memory of the process that is in RAM.",
                    Long.parseLong(pages[1]) * PAGE_BYTES);
        } catch (IOException notLinux) {
            // There is no such metric then.
        }
    }
}
