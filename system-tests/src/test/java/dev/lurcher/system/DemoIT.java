package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bin/broker demo, as a user starts it. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DemoIT {
    private static final String READY = "Ctrl-C stops everything.";

    @TempDir
    private Path folder;

    private ProjectCopy project;

    @BeforeEach
    void copyTheProject() throws IOException, SQLException {
        project = ProjectCopy.make(folder.resolve("lurcher"));
        project.writeConfiguration();
    }

    @AfterEach
    void removeTheCopy() throws IOException {
        project.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void answersUntilASignalAndLeavesNoProcessBehind(String signal) throws Exception {
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            List<ProcessHandle> family = demo.family();
            assertEquals(4, family.size(), "the demo, the broker and two workers");
            assertEquals(200, statusOf(project.port(6767)));

            demo.signal(signal);
            int exitCode = demo.awaitExit();
            assertEquals(0, exitCode, demo::output);
            assertTrue(demo.output().endsWith("Stopped.\n"), demo::output);
            awaitEnd(family);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "HUP"})
    void stopsInOrderWhenATerminalSignalsAllOfIts(String signal) throws Exception {
        try (Background demo = Background.start(project.command("setsid", "bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            List<ProcessHandle> family = demo.family();

            demo.signalGroup(signal);

            assertEquals(0, demo.awaitExit(), demo::output);
            awaitEnd(family);
            assertTrue(demo.output().contains("broker   | stopping: "), demo::output);
            assertTrue(demo.output().endsWith("Stopped.\n"), demo::output);
            assertFalse(Files.exists(project.root().resolve("run/broker.pid")), "the broker has tidied up");
        }
    }

    @Test
    void endsAtOnceWithTheSecondSignal() throws Exception {
        try (Background demo = Background.start(project.command("setsid", "bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            List<ProcessHandle> family = demo.family();
            for (ProcessHandle worker : members(family, "samples.Hello")) {
                signal("STOP", worker);
            }
            InetSocketAddress address = Addresses.of(project.port(6767));
            try (RawClient waiting = new RawClient(address).get("/");
                    RawClient after = new RawClient(address)) {
                // The broker has read what came before.
                after.send("nonsense\r\n\r\n").untilEnd();
                demo.signalGroup("INT");
                demo.awaitOutput("broker   | stopping: ");
                assertTrue(waiting.hearsNothing(100));

                demo.signalGroup("INT");
                assertEquals(130, demo.awaitExit(), demo::output);
                awaitEnd(family);
            }
        }
    }

    @Test
    void movesToOtherPortsOnDemand() throws Exception {
        int worker = project.port(9995);
        try (ServerSocket held = new ServerSocket(worker, 1, InetAddress.getLoopbackAddress())) {
            try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
                assertEquals(1, demo.awaitExit(), demo::output);
                String expected =
                        "port %d, for requests to workers of handler \"echo\", cannot be had: it is in use by process %d ("
                                .formatted(
                                        held.getLocalPort(),
                                        ProcessHandle.current().pid());
                assertTrue(demo.output().contains(expected), demo::output);
                assertTrue(demo.output().contains("Fix: choose another one with --worker-ports"), demo::output);
            }
            int first = freePorts(4);
            try (Background demo =
                    Background.start(project.command("bin/broker", "demo", "--worker-ports", "" + first))) {
                demo.awaitOutput(READY);
                assertEquals(200, statusOf(project.port(6767)));
                demo.signal("TERM");
                assertEquals(0, demo.awaitExit(), demo::output);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port 0", "--port 65536", "--worker-ports 65001", "--port x"})
    void refusesWhatIsNoPort(String option) throws Exception {
        List<String> command = new ArrayList<>(List.of("bin/broker", "demo"));
        command.addAll(List.of(option.split(" ")));
        byte[] before = Files.readAllBytes(project.root().resolve("config.sqlite"));
        Finished refused = Finished.run(project.root(), Map.of(), Duration.ofSeconds(30), command);

        assertEquals(2, refused.exitCode(), refused::output);
        assertTrue(refused.output().contains("broker demo: "), refused::output);
        assertTrue(refused.output().lines().count() == 2, refused::output);
        assertArrayEquals(before, Files.readAllBytes(project.root().resolve("config.sqlite")));
    }

    @Test
    void namesTheSamplesThatThereAre() throws Exception {
        Finished refused =
                Finished.run(project.root(), Map.of(), Duration.ofSeconds(10), List.of("bin/sample", "nosuch"));

        assertEquals(2, refused.exitCode());
        assertTrue(refused.output()
                .matches("There is no sample 'nosuch'\\. There are: [a-z, ]*echo, [a-z, ]*hello, [a-z, ]*\\.\n"));
    }

    /** The first of some free ports that follow each other. */
    private static int freePorts(int count) throws IOException {
        while (true) {
            try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                int next = first.getLocalPort() + 1;
                while (next < Math.min(first.getLocalPort() + count, 65000) && isFree(next)) {
                    next++;
                }
                if (next == first.getLocalPort() + count) {
                    return first.getLocalPort();
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    @Test
    void listensOnAnotherPortOnDemandAndKeepsIt() throws Exception {
        int other;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            other = free.getLocalPort();
        }
        try (Background demo = Background.start(project.command("bin/broker", "demo", "--port", "" + other))) {
            demo.awaitOutput(READY);
            assertTrue(demo.output().startsWith("Using config.sqlite, which is here already.\n"), demo::output);
            assertEquals(200, statusOf(other));
            demo.signal("TERM");
            assertEquals(0, demo.awaitExit(), demo::output);
        }
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            assertEquals(200, statusOf(other));
        }
    }

    @Test
    void writesAConfigurationWhereThereIsNone() throws Exception {
        Files.delete(project.root().resolve("config.sqlite"));
        // With the ports of the script: whether they are free here is another matter.
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput("Wrote config.sqlite.\n");
        }
        List<String> check = List.of("bin/broker", "check", "--strict");
        Finished checked = Finished.run(project.root(), Map.of(), Duration.ofSeconds(30), check);
        assertEquals(0, checked.exitCode(), checked::output);
    }

    @Test
    void startsAThirdWorkerWithTheCommandThatItPrints() throws Exception {
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            String command = demo.output()
                    .lines()
                    .filter(line -> line.contains("bin/sample"))
                    .findFirst()
                    .orElseThrow();
            try (Background third = Background.start(project.command("bash", "-c", "exec env " + command.strip()))) {
                third.awaitOutput("Takes requests of tcp://127.0.0.1:" + project.port(9997));
                third.signal("TERM");
                assertEquals(143, third.awaitExit(), third::output);
            }
        }
    }

    @Test
    void itsBrokerReloads() throws Exception {
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            Finished reload =
                    Finished.run(project.root(), Map.of(), Duration.ofSeconds(60), List.of("bin/broker", "reload"));

            assertEquals(0, reload.exitCode(), reload::output);
            assertTrue(reload.output().contains("reloaded, and nothing has changed"), reload::output);
            assertEquals(200, statusOf(project.port(6767)));
        }
    }

    @Test
    void goesOnWithoutAWorkerThatDies() throws Exception {
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            ProcessHandle worker = member(demo.family(), "samples.Hello");
            worker.destroyForcibly();
            demo.awaitOutput(": process %d ended with exit code 137".formatted(worker.pid()));
            assertEquals(200, statusOf(project.port(6767)));
        }
    }

    @Test
    void namesTheProcessThatHoldsThePort() throws Exception {
        try (ServerSocket held = new ServerSocket(project.port(6767), 1, InetAddress.getLoopbackAddress());
                Background demo = Background.start(project.command("bin/broker", "demo"))) {
            assertEquals(1, demo.awaitExit(), demo::output);
            String expected = "port %d, for HTTP, cannot be had: it is in use by process %d ("
                    .formatted(held.getLocalPort(), ProcessHandle.current().pid());
            assertTrue(demo.output().contains(expected), demo::output);
            assertTrue(demo.output().contains("--port"), demo::output);
        }
    }

    @Test
    void showsWhatAWorkerSaidThatCannotStart() throws Exception {
        Files.writeString(project.root().resolve("bin/sample"), "#!/bin/sh\necho no such luck >&2\nexit 5\n");
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            assertEquals(1, demo.awaitExit(), demo::output);
            assertTrue(demo.output().contains("worker 1 | no such luck\n"), demo::output);
            assertTrue(demo.output().contains("could not be started"), demo::output);
            assertFalse(demo.output().contains(READY), demo::output);
            assertThrows(ConnectException.class, () -> statusOf(project.port(6767)), "the broker has ended, too");
        }
    }

    @Test
    void endsWhenItsBrokerDoes() throws Exception {
        try (Background demo = Background.start(project.command("bin/broker", "demo"))) {
            demo.awaitOutput(READY);
            List<ProcessHandle> family = demo.family();
            member(family, ".jar run ").destroyForcibly();
            assertEquals(1, demo.awaitExit(), demo::output);
            awaitEnd(family);
            assertTrue(demo.output().contains("because its broker has"), demo::output);
        }
    }

    private static ProcessHandle member(List<ProcessHandle> family, String partOfCommand) {
        return members(family, partOfCommand).get(0);
    }

    private static List<ProcessHandle> members(List<ProcessHandle> family, String partOfCommand) {
        return family.stream()
                .filter(process -> process.info().commandLine().orElse("").contains(partOfCommand))
                .toList();
    }

    private static void awaitEnd(List<ProcessHandle> family) throws Exception {
        for (ProcessHandle process : family) {
            process.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    private static int statusOf(int port) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://localhost:" + port + "/").toURL().openConnection();
        connection.setReadTimeout(10_000);
        return connection.getResponseCode();
    }
}
