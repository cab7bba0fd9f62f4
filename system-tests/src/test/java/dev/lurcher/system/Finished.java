package dev.lurcher.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a process left behind.
 *
 * @param output standard output and standard error, as they came
 */
record Finished(int exitCode, String output) {
    /**
     * Runs a process to its end, without input.
     *
     * @param environment all that the process gets, beside PATH
     * @param limit after which it is killed and this fails
     */
    static Finished run(Path directory, Map<String, String> environment, Duration limit, List<String> command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("output", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().retainAll(List.of("PATH"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended) {
                throw new AssertionError("%s did not end within %s and said:%n%s".formatted(command, limit, text));
            }
            return new Finished(process.exitValue(), text);
        } finally {
            Files.delete(output);
        }
    }
}
