package dev.lurcher.system;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A process that runs beside a test, with what it has printed so far. Closing kills it and all that it started. */
final class Background implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final StringBuilder output = new StringBuilder();
    private final Thread reader;

    private Background(Process process) {
        this.process = process;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** Starts it, without input, and with both its outputs together. */
    static Background start(ProcessBuilder builder) throws IOException {
        return new Background(builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.append(line).append('\n');
                    output.notifyAll();
                }
            }
        } catch (IOException e) {
            // Killed: what it printed before is there.
        }
    }

    /** What it has printed. */
    String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    /** Waits until it has printed the text. */
    void awaitOutput(String text) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        synchronized (output) {
            while (output.indexOf(text) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0 || !reader.isAlive()) {
                    throw new TimeoutException("\"%s\" was not printed; this was:%n%s".formatted(text, output));
                }
                output.wait(Math.min(left, 100));
            }
        }
    }

    /** All processes that it has started and that still run, itself included. */
    List<ProcessHandle> family() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
    }

    /** Sends it a signal, by name. */
    void signal(String name) throws IOException, InterruptedException {
        kill(name, String.valueOf(process.pid()));
    }

    /** Sends a signal to it and all that it has started, as a terminal does; it must have been started by setsid. */
    void signalGroup(String name) throws IOException, InterruptedException {
        kill(name, "-" + process.pid());
    }

    private static void kill(String name, String target) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, "--", target).inheritIO().start().waitFor();
    }

    /** Waits for its end, and for the last of its output. */
    int awaitExit() throws InterruptedException, TimeoutException {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new TimeoutException("still running; it printed:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        family().forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
    }
}
