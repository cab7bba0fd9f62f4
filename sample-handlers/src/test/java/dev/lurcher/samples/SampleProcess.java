package dev.lurcher.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.Endpoints;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A sample as a process of its own, started as its documentation says. Closing it is TERM, which must end it well. */
final class SampleProcess implements AutoCloseable {
    private final Process process;

    private SampleProcess(Process process) {
        this.process = process;
    }

    /** @param sample the name of its class */
    static SampleProcess start(Map<String, String> environment, String sample, Endpoints... brokers)
            throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lurcher.samples." + sample,
                "--send",
                joined(Stream.of(brokers).map(Endpoints::sendSpec)),
                "--recv",
                joined(Stream.of(brokers).map(Endpoints::recvSpec)),
                "--sender",
                brokers[0].sender());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("LURCHER_"));
        builder.environment().putAll(environment);
        return new SampleProcess(builder.redirectErrorStream(true)
                .redirectOutput(Redirect.INHERIT)
                .start());
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the worker does not end");
    }

    private static String joined(Stream<String> endpoints) {
        return endpoints.collect(Collectors.joining(","));
    }
}
