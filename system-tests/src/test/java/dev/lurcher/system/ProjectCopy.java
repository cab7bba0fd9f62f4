package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The project as a user finds it installed, in a folder of its own and with ports of its own: wherever the texts name a port of
 * the demo, the copy names a free one.
 *
 * @param root the copy
 * @param ports the demo's port to that of the copy
 */
record ProjectCopy(Path root, Map<Integer, Integer> ports) implements AutoCloseable {
    static final Path SOURCES = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> BUILT = List.of("broker", "sample-handlers", "handler-servlet");
    private static final List<Integer> DEMO_PORTS = List.of(6767, 9994, 9995, 9996, 9997);

    /**
     * Makes a copy.
     *
     * @param root does not exist yet
     */
    static ProjectCopy make(Path root) throws IOException {
        ProjectCopy copy = new ProjectCopy(root, freePorts());
        Files.createDirectories(root.resolve("bin"));
        try (Stream<Path> scripts = Files.list(SOURCES.resolve("bin"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, root.resolve("bin").resolve(script.getFileName()));
            }
        }
        for (String module : BUILT) {
            Path built = SOURCES.resolve(module).resolve("target");
            assertTrue(Files.isDirectory(built.resolve("lib")), module + " is packaged: mvn verify, not mvn test");
            Files.createSymbolicLink(root.resolve(module), built);
        }
        for (String text : List.of("config.sqlite.sql", "README.md")) {
            Files.writeString(root.resolve(text), copy.translate(Files.readString(SOURCES.resolve(text))));
        }
        return copy;
    }

    /** Makes config.sqlite with the copy's ports, as the demo would with its own. */
    void writeConfiguration() throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + root.resolve("config.sqlite"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(Files.readString(root.resolve("config.sqlite.sql")));
        }
    }

    private static Map<Integer, Integer> freePorts() throws IOException {
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int port : DEMO_PORTS) {
            held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            ports.put(port, held.getLast().getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    /** The text with the copy's ports in it. */
    String translate(String text) {
        String translated = text;
        for (Map.Entry<Integer, Integer> port : ports.entrySet()) {
            translated = translated.replaceAll(
                    "\\b" + port.getKey() + "\\b", port.getValue().toString());
        }
        return translated;
    }

    /** A port of the demo, as the copy has it. */
    int port(int demoPort) {
        return Objects.requireNonNull(ports.get(demoPort));
    }

    /** A command in the copy's folder, ready to be started. */
    ProcessBuilder command(String... words) {
        return new ProcessBuilder(words).directory(root.toFile());
    }

    /** Removes the links to what the build made, which the removal of a temporary folder complains about. */
    @Override
    public void close() throws IOException {
        for (String module : BUILT) {
            Files.delete(root.resolve(module));
        }
    }
}
