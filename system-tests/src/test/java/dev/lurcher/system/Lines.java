package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The lines that a process writes, as they come. Read by a thread of its own, asked by any. */
final class Lines {
    /** Longer than anything takes on a busy machine. */
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final String name;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private int taken;
    private boolean ended;

    /** @param name for messages */
    Lines(String name, InputStream in) {
        this.name = name;
        reader = Thread.ofPlatform().name(name).daemon().start(() -> read(in));
    }

    private void read(InputStream in) {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                add(line);
            }
        } catch (IOException e) {
            add("[" + e + "]");
        } finally {
            end();
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The first line, from the beginning on, that is wanted. Fails when it does not come. */
    synchronized String await(Predicate<String> wanted) throws InterruptedException {
        long until = System.nanoTime() + DEADLINE.toNanos();
        for (int i = 0; ; i++) {
            awaitLine(i, until);
            if (wanted.test(lines.get(i))) {
                return lines.get(i);
            }
        }
    }

    /** The next line that was not taken yet. Fails when none comes. */
    synchronized String next() throws InterruptedException {
        awaitLine(taken, System.nanoTime() + DEADLINE.toNanos());
        return lines.get(taken++);
    }

    private synchronized void awaitLine(int index, long until) throws InterruptedException {
        while (lines.size() <= index) {
            long millis = Duration.ofNanos(until - System.nanoTime()).toMillis();
            if (ended || millis <= 0) {
                throw new AssertionError("%s %s; it wrote:%n%s"
                        .formatted(name, ended ? "has ended" : "waits in vain", String.join("\n", lines)));
            }
            wait(millis);
        }
    }

    /** All lines until the process ended. */
    List<String> toTheEnd() throws InterruptedException {
        reader.join();
        return all();
    }

    /** All lines that have come. */
    synchronized List<String> all() {
        return List.copyOf(lines);
    }
}
