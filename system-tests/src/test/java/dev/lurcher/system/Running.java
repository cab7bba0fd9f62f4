package dev.lurcher.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that a test has started: what it writes is collected, and it is gone when the test is over. */
final class Running implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Lines output;
    private final Lines errors;

    private Running(String name, Process process) {
        this.name = name;
        this.process = process;
        output = new Lines(name + ", output", process.getInputStream());
        errors = new Lines(name + ", errors", process.getErrorStream());
    }

    /** @param environment what the process gets beside this one's own */
    static Running start(String name, Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        return new Running(name, builder.start());
    }

    Lines output() {
        return output;
    }

    Lines errors() {
        return errors;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Writes to its standard input. */
    void say(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** @param signal its name, such as TERM */
    void signal(String signal) throws IOException, InterruptedException {
        Finished.run(
                Path.of("/"),
                Map.of(),
                Duration.ofSeconds(10),
                List.of("kill", "-" + signal, Long.toString(process.pid())));
    }

    /** Waits for its end. Fails when it does not come. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(Lines.DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " does not end; it wrote:\n" + String.join("\n", errors.all()));
        }
        return process.exitValue();
    }

    /** Ends its input, and it by force if it has not ended. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            // What was not read any more does not matter: the process has ended.
        }
        process.destroyForcibly();
        try {
            process.waitFor();
            output.toTheEnd();
            errors.toTheEnd();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(name + " was not waited for", e));
        }
    }
}
