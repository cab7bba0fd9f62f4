package dev.lurcher.broker;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many file descriptors this process may open. */
final class OpenFiles {
    private static final int UNKNOWN = 4096;

    /** Linux says it here; the JDK's management classes would cost a start 50 ms. */
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private static final Pattern LINE = Pattern.compile("(?m)^Max open files +([0-9]{1,9}) ");

    private OpenFiles() {}

    static int limit() {
        try {
            Matcher line = LINE.matcher(Files.readString(LIMITS));
            if (line.find()) {
                return Integer.parseInt(line.group(1));
            }
        } catch (IOException notLinux) {
            // Asked of the JDK.
        }
        return limitByManagement();
    }

    static int limitByManagement() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount())
                : UNKNOWN;
    }
}
