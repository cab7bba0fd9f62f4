package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command loads. Each library costs a user time at every call. */
class StartUpIT {
    private static final String SQLITE = "org.sqlite.";
    private static final String NETTY = "io.netty.";
    private static final String JACKSON = "com.fasterxml.";
    private static final String LOGBACK = "ch.qos.";

    @TempDir
    private Path folder;

    private static String loadedBy(String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xlog:class+load:stdout",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        line.addAll(List.of(command));
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            assertTrue(said.contains(" " + Main.class.getName() + " "), "nothing was logged");
            return said;
        }
    }

    private static void assertWithout(String loaded, String... libraries) {
        for (String library : libraries) {
            assertTrue(
                    !loaded.contains(" " + library),
                    () -> loaded.lines()
                            .filter(line -> line.contains(" " + library))
                            .findFirst()
                            .orElse(""));
        }
    }

    @Test
    void versionLoadsNoLibrary() throws IOException, InterruptedException {
        assertWithout(loadedBy("version"), SQLITE, NETTY, JACKSON, LOGBACK);
    }

    @Test
    void servers() throws IOException, InterruptedException {
        String file = Databases.demo(folder, "").toString();

        String loaded = loadedBy("servers", "--db", file);

        assertTrue(loaded.contains(" " + SQLITE));
        assertWithout(loaded, NETTY, JACKSON);
    }

    @Test
    void explain() throws IOException, InterruptedException {
        assertWithout(
                loadedBy("explain", "/", "--db", Databases.demo(folder, "").toString()), NETTY, JACKSON);
    }

    /** So that the archive which the launcher makes of it has what a start needs. */
    @Test
    void rehearseLoadsWhatRunLoads() throws IOException, InterruptedException {
        String loaded = loadedBy("rehearse");

        for (String part : List.of("cli.RunCommand", "cli.PidFile", "telemetry.AccessLog", "http.HttpConnection")) {
            assertTrue(loaded.contains(" dev.lurcher.broker." + part + " "), part);
        }
        assertTrue(!loaded.contains("the rehearsal went wrong"), loaded);
    }
}
