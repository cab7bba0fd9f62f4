package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The processes of a demo. What they print is passed on, each line with the name of its process. Ctrl-C and the end of the
 * terminal go to all processes of a session; each of these has a session of its own, so that it is the demo that stops them.
 * <p>Thread: one, but for {@link #kill}. Closing stops all of them; so does the end of this JVM, whatever brings it about.
 */
final class DemoProcesses implements AutoCloseable {
    private static final int STOP_SECONDS = 10;

    /** Not by ignoring HUP, by which a broker is told to reload. Where there is no setsid, what HUP does to them does no harm. */
    private static final List<String> APART_FROM_THE_TERMINAL = List.of("sh", "-c", """
            command -v setsid >/dev/null && exec setsid "$0" "$@"
            trap '' INT
            exec "$0" "$@"
            """);

    /** One of them. */
    record Running(String name, Process process, Thread printer) {}

    private final PrintWriter out;
    private final List<Running> all = new CopyOnWriteArrayList<>();
    private final Set<Running> ended = new HashSet<>();

    DemoProcesses(PrintWriter out) {
        this.out = out;
    }

    /** Starts one. */
    Running start(String name, List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(APART_FROM_THE_TERMINAL);
        whole.addAll(command);
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        process.getOutputStream().close();
        Running running = new Running(name, process, Thread.ofVirtual().start(() -> print(name, process)));
        all.add(running);
        return running;
    }

    private void print(String name, Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.printf("%-8s | %s%n", name, line);
                out.flush();
            }
        } catch (IOException e) {
            // The process has ended, and with it what it had to say.
        }
    }

    /** Fails, once its last words are printed, when one of them has ended. */
    void requireAllRunning() throws InterruptedException {
        tellOfEnded();
        for (Running running : ended) {
            throw new StartException("%s (process %d) could not be started; what it said stands above"
                    .formatted(running.name, running.process.pid()));
        }
    }

    /** Says so, once, when one of them has ended. */
    void tellOfEnded() throws InterruptedException {
        for (Running running : all) {
            if (!running.process.isAlive() && ended.add(running)) {
                running.printer.join();
                out.printf(
                        "%-8s : process %d ended with exit code %d%n",
                        running.name, running.process.pid(), running.process.exitValue());
                out.flush();
            }
        }
    }

    /** Ends all at once. Any thread. */
    void kill() {
        all.forEach(running -> running.process.destroyForcibly());
    }

    /** Asks all to stop, waits for them, and kills what is still there after ten seconds. */
    @Override
    public void close() throws InterruptedException {
        // Not Process.destroy: that would close their outputs too, and their last words be lost.
        all.forEach(running -> running.process.toHandle().destroy());
        for (Running running : all) {
            if (!running.process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                out.printf("%-8s : did not stop within %d seconds and is killed%n", running.name, STOP_SECONDS);
                running.process.destroyForcibly().waitFor();
            }
            running.printer.join();
        }
    }
}
