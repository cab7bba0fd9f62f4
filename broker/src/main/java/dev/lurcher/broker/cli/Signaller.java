package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Sends signals to processes, and waits for what comes of them. */
final class Signaller {
    private static final long LOOK_MILLIS = 20;

    /** What follows in {@code /proc/PID/status} is a set of signals, in hexadecimal digits, the lowest bit being signal 1. */
    private static final String IGNORED = "SigIgn:";

    private static final long HUP = 1;

    private Signaller() {}

    /**
     * Sends a signal that Java has no method for.
     *
     * @param name without SIG
     */
    static void send(String name, ProcessHandle process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -\"$0\" \"$1\"", name, String.valueOf(process.pid()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (kill.waitFor() != 0) {
            throw foreign(process);
        }
    }

    /** Whether a process ignores HUP, as those do that {@code nohup} has started; false where the system does not tell. */
    static boolean isDeafToHup(ProcessHandle process) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
            return lines.filter(line -> line.startsWith(IGNORED))
                    .anyMatch(line -> (Long.parseUnsignedLong(
                                            line.substring(IGNORED.length()).strip(), 16)
                                    & HUP)
                            != 0);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    /** Asks a process to end (TERM). */
    static void end(ProcessHandle process) {
        if (!process.destroy() && process.isAlive()) {
            throw foreign(process);
        }
    }

    private static StartException foreign(ProcessHandle process) {
        return new StartException("process " + process.pid() + " cannot be signalled: it belongs to "
                + process.info().user().orElse("another user") + ". Fix: do this as that user, or as root.");
    }

    /** Whether the condition holds in time. */
    static boolean await(Duration most, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + most.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return true;
    }
}
