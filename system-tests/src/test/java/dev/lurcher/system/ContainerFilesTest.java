package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Checks Dockerfile and docker-compose.yml without a Docker engine, against what the build made. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ContainerFilesTest {
    private static final Path SOURCES = ProjectCopy.SOURCES;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static Dockerfile dockerfile;
    private static JsonNode services;
    private static ImageTree broker;
    private static ImageTree hello;

    @BeforeAll
    static void layOutTheImages() throws IOException {
        dockerfile = Dockerfile.read(SOURCES.resolve("Dockerfile"));
        services = new YAMLMapper()
                .readTree(SOURCES.resolve("docker-compose.yml").toFile())
                .get("services");
        Path java = folder.resolve("java");
        link(java);
        Files.createFile(folder.resolve("config.sqlite"));
        Map<String, Path> built = Map.of("/opt/java", java, "/build/config.sqlite", folder.resolve("config.sqlite"));
        broker = ImageTree.layOut(dockerfile, "broker", SOURCES, built, folder.resolve("broker"));
        hello = ImageTree.layOut(dockerfile, "hello", SOURCES, built, folder.resolve("hello"));
    }

    /** Runs the Dockerfile's own jlink command, except for where its result goes. */
    private static void link(Path java) {
        List<String> words = new ArrayList<>(dockerfile.commandOf("build", "jlink"));
        int output = words.indexOf("--output") + 1;
        assertEquals("/opt/java", words.get(output), "where jlink puts what COPY takes");
        words.set(output, java.toString());
        assertEquals(
                "", tool("jlink", words.subList(1, words.size())).replace("Created CDS archive successfully\n", ""));
    }

    @Test
    void composeFileFollowsTheSpecification() throws Exception {
        boolean plugin = Finished.run(SOURCES, Map.of(), LIMIT, List.of("bash", "-c", "docker compose version"))
                        .exitCode()
                == 0;
        List<String> compose = plugin ? List.of("docker", "compose") : List.of("docker-compose");
        List<String> command = Stream.concat(compose.stream(), Stream.of("-f", "docker-compose.yml", "config", "-q"))
                .toList();

        assertEquals(new Finished(0, ""), Finished.run(SOURCES, Map.of(), LIMIT, command));
    }

    @Test
    void composeBuildsStagesOfTheDockerfile() {
        for (JsonNode service : services) {
            assertEquals(".", service.at("/build/context").textValue());
            assertTrue(
                    dockerfile.stages().containsKey(service.at("/build/target").textValue()), service::toString);
        }
    }

    @Test
    void mavenBuildsModulesOfTheProject() {
        for (String module : commaSeparated(after("-pl", dockerfile.commandOf("build", "mvn")))) {
            assertTrue(Files.isRegularFile(SOURCES.resolve(module).resolve("pom.xml")), module);
        }
    }

    /** java.desktop is left out: Jackson does without it, and it would add a third to the runtime. */
    @Test
    void runtimeHasTheModulesThatTheJarsUse() throws IOException {
        Set<String> used = new HashSet<>();
        for (String jars : List.of("broker/opt/lurcher/broker", "hello/opt/lurcher/sample-handlers")) {
            List<String> arguments =
                    new ArrayList<>(List.of("--ignore-missing-deps", "--print-module-deps", "--multi-release", "21"));
            try (Stream<Path> files = Files.walk(folder.resolve(jars))) {
                files.map(Path::toString).filter(name -> name.endsWith(".jar")).forEach(arguments::add);
            }
            used.addAll(commaSeparated(tool("jdeps", arguments).strip()));
        }
        used.remove("java.desktop");

        String linked = after("--add-modules", dockerfile.commandOf("build", "jlink"));
        assertEquals(used, Set.copyOf(commaSeparated(linked)));
    }

    @Test
    void brokerImageStarts() throws Exception {
        Finished version = Finished.run(folder, broker.environment(), LIMIT, broker.command(List.of("version")));

        assertEquals(0, version.exitCode(), version::output);
        assertTrue(version.output().contains("0.1.0"), version::output);
    }

    @Test
    void brokerImagePreparesTheClassesOfItsStart() throws Exception {
        List<String> command = dockerfile.commandOf("broker", "/opt/lurcher/bin/broker");
        Finished prepared =
                Finished.run(folder, broker.environment(), LIMIT, broker.command(command.subList(1, command.size())));

        assertEquals(0, prepared.exitCode(), prepared::output);
        try (Stream<Path> files = Files.list(ImageTree.below(broker.root(), "/opt/lurcher/broker"))) {
            assertTrue(files.anyMatch(
                    file -> file.toString().endsWith(".jsa") && file.toFile().length() > 0));
        }
    }

    @Test
    void composedServicesAnswerAndAreHealthy() throws Exception {
        try (ProjectCopy project = ProjectCopy.make(folder.resolve("project"))) {
            answerAndBeHealthy(project);
        }
    }

    private static void answerAndBeHealthy(ProjectCopy project) throws Exception {
        Files.createDirectory(project.root().resolve("docker"));
        Files.copy(SOURCES.resolve("docker/config.sql"), project.root().resolve("docker/config.sql"));
        String make = String.join(" ", dockerfile.commandOf("build", "sqlite3"));
        assertEquals(new Finished(0, ""), Finished.run(project.root(), Map.of(), LIMIT, List.of("bash", "-c", make)));
        Map<String, String> variables = new HashMap<>(hello.environment());
        services.at("/hello/environment")
                .properties()
                .forEach(variable -> variables.put(
                        variable.getKey(),
                        project.translate(variable.getValue().textValue().replace("broker:", "127.0.0.1:"))));

        try (Background running =
                start(project, broker.command(List.of("run", "config.sqlite", "demo")), broker.environment())) {
            running.awaitOutput("listening on");
            List<String> health = dockerfile.last("broker", "HEALTHCHECK").exec().stream()
                    .map(project::translate)
                    .toList();
            assertEquals(
                    new Finished(0, ""), Finished.run(folder, Map.of(), LIMIT, health), "healthy without a worker");

            try (Background worker = start(project, hello.command(hello.arguments()), variables)) {
                URL url = URI.create("http://127.0.0.1:" + project.port(6767) + "/")
                        .toURL();
                assertEquals(200, ((HttpURLConnection) url.openConnection()).getResponseCode(), worker::output);
                List<String> workerHealth = arguments(services.at("/hello/healthcheck/test")).stream()
                        .skip(1)
                        .map(word -> word.replace("%04X".formatted(9997), "%04X".formatted(project.port(9997))))
                        .toList();
                assertEquals(new Finished(0, ""), Finished.run(folder, Map.of(), LIMIT, workerHealth));
            }
        }
    }

    private static Background start(ProjectCopy project, List<String> command, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = project.command(command.toArray(new String[0]));
        builder.environment().keySet().retainAll(List.of("PATH"));
        builder.environment().putAll(environment);
        return Background.start(builder);
    }

    @Test
    void configurationFitsTheComposeFile() throws Exception {
        Path database = makeConfiguration();

        List<String> command = arguments(services.at("/broker/command"));
        assertEquals(dockerfile.last("broker", "CMD").exec(), command);
        List<String> server = onlyRow(database, "SELECT uuid, bind_addr FROM server");
        assertEquals(List.of("run", "/config/config.sqlite", server.get(0)), command);
        assertEquals("0.0.0.0", server.get(1));
        String port = onlyRow(database, "SELECT port FROM server").get(0);
        assertEquals(port, dockerfile.last("broker", "EXPOSE").rest());
        assertEquals(List.of(port + ":" + port), arguments(services.at("/broker/ports")));

        JsonNode environment = services.at("/hello/environment");
        String handler = "SELECT replace(send_spec, '*', 'broker'), replace(recv_spec, '*', 'broker') FROM handler"
                + " WHERE send_ident = '%s'"
                        .formatted(environment.get("LURCHER_SENDER").textValue());
        assertEquals(
                List.of(
                        environment.get("LURCHER_SEND").textValue(),
                        environment.get("LURCHER_RECV").textValue()),
                onlyRow(database, handler));
    }

    @Test
    void brokerAcceptsTheConfiguration() throws Exception {
        List<String> check =
                List.of("check", "--strict", "--db", makeConfiguration().toString());
        Finished checked = Finished.run(folder, broker.environment(), LIMIT, broker.command(check));

        assertEquals(0, checked.exitCode(), checked::output);
    }

    @Test
    void volumeHoldsTheConfiguration() throws IOException {
        String folderInImage = dockerfile.last("broker", "VOLUME").rest();

        assertEquals(List.of("config:" + folderInImage), arguments(services.at("/broker/volumes")));
        assertTrue(Files.exists(ImageTree.below(broker.root(), folderInImage + "/config.sqlite")));
        assertEquals(
                List.of("lurcher:lurcher"), dockerfile.last("broker", "COPY").option("chown"));
    }

    @Test
    void imagesDoNotRunAsRoot() {
        for (JsonNode service : services) {
            String stage = service.at("/build/target").textValue();
            String user = dockerfile.last(stage, "USER").rest();
            assertEquals(user, dockerfile.commandOf(stage, "useradd").getLast());
            assertNotEquals("root", user);
        }
    }

    @Test
    void brokerIsNotHealthyWhenItIsSilentOrSpeaksSomethingElse() throws Exception {
        assertNotEquals(0, healthOf("").exitCode());
        assertNotEquals(0, healthOf("SSH-2.0\r\n").exitCode());
    }

    /** Runs the broker image's health check against a server that gives one answer to a whole request. */
    private static Finished healthOf(String answer) throws Exception {
        List<String> check = dockerfile.last("broker", "HEALTHCHECK").exec();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (Socket connection = server.accept()) {
                    byte[] request = new byte[1024];
                    int length = 0;
                    while (!new String(request, 0, length, StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                        length +=
                                Math.max(0, connection.getInputStream().read(request, length, request.length - length));
                    }
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    connection.getOutputStream().flush();
                    // Until the check has gone: a closed connection is another thing than a silent one.
                    assertEquals(-1, connection.getInputStream().read());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            List<String> here = check.stream()
                    .map(word -> word.replace("/6767 ", "/" + server.getLocalPort() + " "))
                    .toList();
            assertFalse(here.equals(check), "the health check asks the port that the broker listens on");
            return Finished.run(folder, Map.of(), LIMIT, here);
        }
    }

    @Test
    void workerHealthLooksForItsConnectionToTheBroker() {
        int port = URI.create(services.at("/hello/environment/LURCHER_SEND").textValue())
                .getPort();
        String check = services.at("/hello/healthcheck/test").toString();

        assertTrue(check.contains(":%04X 01 ".formatted(port)), check);
    }

    /** Makes the image's configuration with the Dockerfile's own command. */
    private static Path makeConfiguration() throws Exception {
        Path database = folder.resolve("config-" + System.nanoTime() + ".sqlite");
        String command = String.join(" ", dockerfile.commandOf("build", "sqlite3"))
                .replace("sqlite3 config.sqlite", "sqlite3 " + database);
        Finished made = Finished.run(SOURCES, Map.of(), LIMIT, List.of("bash", "-c", command));
        assertEquals(new Finished(0, ""), made);
        return database;
    }

    private static List<String> onlyRow(Path database, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> row = new ArrayList<>();
            assertTrue(rows.next(), query);
            for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                row.add(rows.getString(column));
            }
            assertFalse(rows.next(), "one row: " + query);
            return row;
        }
    }

    private static String after(String option, List<String> words) {
        return words.get(words.indexOf(option) + 1);
    }

    private static List<String> commaSeparated(String list) {
        return List.of(list.split(",", -1));
    }

    private static List<String> arguments(JsonNode array) {
        List<String> words = new ArrayList<>();
        array.forEach(word -> words.add(word.textValue()));
        return words;
    }

    /** Runs a tool of the JDK that runs this test, and returns what it printed. */
    private static String tool(String name, List<String> arguments) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int exitCode = ToolProvider.findFirst(name).orElseThrow().run(writer, writer, arguments.toArray(new String[0]));
        writer.flush();
        assertEquals(0, exitCode, output::toString);
        return output.toString();
    }
}
