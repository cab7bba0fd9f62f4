package dev.lurcher.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many file descriptors this process may open. */
final class OpenFiles {
    private static final int UNKNOWN = 4096;

    private OpenFiles() {}

    static int limit() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount())
                : UNKNOWN;
    }
}
