package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Sends signals to processes, and waits for what comes of them. */
final class Signaller {
    private static final long LOOK_MILLIS = 20;

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
