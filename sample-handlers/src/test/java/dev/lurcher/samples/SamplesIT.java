package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.testing.Cable;
import dev.lurcher.worker.testing.FakeBroker;
import dev.lurcher.worker.testing.ManagedBroker;
import dev.lurcher.worker.testing.Mongrel2;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples as processes of their own, started as their documentation says. */
class SamplesIT {
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void endProcesses() throws Exception {
        for (Process process : processes) {
            process.destroy();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the worker does not end");
        }
    }

    @Test
    void helloTakesItsBrokerFromArguments() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S")) {
            Endpoints endpoints = broker.endpoints();
            Process hello = java(
                    Map.of(), "Hello", "--send", endpoints.sendSpec(), "--recv", endpoints.recvSpec(), "--sender", "S");
            assertEquals("Hello-" + hello.pid(), broker.hello().name());
            broker.request(1, "/");
            broker.request(2, "/");
            assertTrue(
                    broker.reply().endsWith("\r\n\r\nHello from process " + hello.pid() + ", its answer number 1.\n"));
            assertTrue(
                    broker.reply().endsWith("\r\n\r\nHello from process " + hello.pid() + ", its answer number 2.\n"));
        }
    }

    @Test
    void helloTakesItsBrokerFromTheEnvironment() throws Exception {
        try (FakeBroker broker = new FakeBroker("S")) {
            java(environment(broker), "Hello", "--classic");
            broker.request(1, "/");
            assertTrue(broker.reply().startsWith("S 1:1, HTTP/1.1 200 OK\r\n"));
        }
    }

    @Test
    void echoShowsWhatItReceived() throws Exception {
        try (Mongrel2 mongrel2 = new Mongrel2(folder)) {
            java(Map.of(), "Echo", "--config", mongrel2.database().toString(), "--handler", "/json");
            String answer = exchange(
                    mongrel2,
                    "PUT /json/a?b HTTP/1.1\r\nHost: localhost\r\nX-Two: 1\r\nX-Two: 2\r\nConnection: close\r\n"
                            + "Content-Length: 4\r\n\r\nc\0\u00ffd");
            String shown = answer.substring(answer.indexOf("\r\n\r\n") + 4);
            for (String line : List.of(
                    "SENDER: " + Mongrel2.JSON_SENDER,
                    "METHOD: PUT",
                    "PATH: /json/a",
                    "QUERY: b",
                    "PATTERN: /json",
                    "x-two: 1\nx-two: 2",
                    "content-length: 4",
                    "host: localhost")) {
                assertTrue(shown.contains(line + "\n"), () -> line + " is not in " + shown);
            }
            assertTrue(shown.endsWith("\n\nc\0\u00ffd"), shown);
        }
    }

    @Test
    void aPythonWorkerServesMongrel2() throws Exception {
        try (Mongrel2 mongrel2 = new Mongrel2(folder)) {
            Endpoints endpoints = Endpoints.read(mongrel2.database(), "/json");
            Process python = start(
                    Map.of("LURCHER_SEND", endpoints.sendSpec(), "LURCHER_RECV", endpoints.recvSpec()),
                    "/usr/bin/python3",
                    "python/hello.py");
            String content = "Hello from Python, process " + python.pid() + ".\n";
            String expected = "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content;
            // A client that leaves at once: the notice must not confuse the worker.
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mongrel2.port())) {
                socket.getOutputStream().write("GET /json HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            }
            assertEquals(expected, exchange(mongrel2, "GET /json HTTP/1.0\r\n\r\n"));
            assertEquals(
                    expected, exchange(mongrel2, "GET /json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        }
    }

    @Test
    void aManagedPythonWorkerServesAndTakesItsLeave() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S", 0, false)) {
            Process python = managedPython(broker.endpoints());
            WorkerControl.Hello hello = broker.hello();
            assertEquals("python-" + python.pid(), hello.name());
            assertEquals(python.pid(), hello.pid());
            assertEquals(10, hello.capacity());
            broker.welcome();
            broker.request(1, "/");
            String content = "Hello from Python, process " + python.pid() + ".\n";
            assertEquals(
                    "S 1:1, HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content,
                    broker.reply());
            broker.disconnect(1);
            broker.credit(1, 100);
            python.destroy();
            assertInstanceOf(WorkerControl.Drain.class, broker.control());
            // Sent before the broker knew.
            broker.request(2, "/");
            broker.request(3, "/", "{\"PATH\":\"/\",\"METHOD\":\"GET\",\"VERSION\":\"HTTP/1.0\"}", "");
            assertTrue(broker.reply().startsWith("S 1:2, HTTP/1.1 200 OK\r\n"));
            assertTrue(broker.reply().startsWith("S 1:3, HTTP/1.1 200 OK\r\n"));
            assertEquals("S 1:3, ", broker.reply());
            broker.drain();
            assertInstanceOf(WorkerControl.Bye.class, broker.control());
            assertTrue(python.waitFor(20, TimeUnit.SECONDS));
            assertEquals(0, python.exitValue());
        }
    }

    @Test
    void aManagedPythonWorkerSaysHelloOnEachConnection() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                Cable cable = new Cable(broker.port())) {
            Process python = managedPython(broker.endpoints(cable.port()));
            for (int round = 1; round <= 3; round++) {
                broker.hello();
                broker.request(round, "/");
                assertTrue(broker.reply().startsWith("S 1:" + round + ", HTTP/1.1 200 OK\r\n"));
                cable.cut();
            }
            broker.hello();
            broker.drain();
            assertInstanceOf(WorkerControl.Bye.class, broker.control());
            assertTrue(python.waitFor(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void theManagedPythonWorkerStaysShort() throws Exception {
        long lines = Files.readString(Path.of("python/managed.py")).lines().count();
        assertTrue(lines <= 60, lines + " lines");
    }

    @Test
    void aWorkerThatIsNotToldItsBrokerSaysSo() throws Exception {
        for (String sample : List.of("Hello", "Echo")) {
            Process process = command(
                            Map.of(), List.of(javaCommand(), "-cp", classPath(), "dev.lurcher.samples." + sample))
                    .start();
            String error = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertEquals(2, process.waitFor());
            assertTrue(error.contains(": No broker is named. Give --config "), error);
            assertEquals(1, error.lines().count(), error);
        }
    }

    private Process managedPython(Endpoints endpoints) throws IOException {
        return start(
                Map.of("LURCHER_SEND", endpoints.sendSpec(), "LURCHER_SENDER", endpoints.sender()),
                "/usr/bin/python3",
                "python/managed.py");
    }

    private Process java(Map<String, String> environment, String sample, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(javaCommand(), "-cp", classPath(), "dev.lurcher.samples." + sample));
        command.addAll(List.of(arguments));
        return start(environment, command.toArray(String[]::new));
    }

    private Process start(Map<String, String> environment, String... command) throws IOException {
        Process process = command(environment, List.of(command))
                .redirectError(Redirect.INHERIT)
                .start();
        processes.add(process);
        return process;
    }

    private static ProcessBuilder command(Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("LURCHER_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private static Map<String, String> environment(FakeBroker broker) {
        Endpoints endpoints = broker.endpoints();
        return Map.of(
                "LURCHER_SEND", endpoints.sendSpec(),
                "LURCHER_RECV", endpoints.recvSpec(),
                "LURCHER_SENDER", endpoints.sender());
    }

    private static String javaCommand() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static String exchange(Mongrel2 mongrel2, String bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), mongrel2.port())) {
            socket.setSoTimeout((int) FakeBroker.DEADLINE.toMillis());
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
