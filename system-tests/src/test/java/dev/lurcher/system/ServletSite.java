package dev.lurcher.system;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A site whose workers are servlet applications, started by {@code bin/servlet} of a tree like an installed one. */
final class ServletSite {
    private static final Path SAMPLES = ProjectCopy.SOURCES.resolve("sample-webapps");
    private static final String READY = "Takes requests of ";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path directory;
    private final Path database;
    private final int port;

    private ServletSite(Path directory, Path database, int port) {
        this.directory = directory;
        this.database = database;
        this.port = port;
    }

    /**
     * Makes the configuration, which Mongrel2 could read as well.
     *
     * @param settings as m2sh reads them, {@code "key": "value"}
     */
    static ServletSite in(Path directory, String settings) throws IOException, InterruptedException {
        int port = Addresses.freePort();
        Path database = M2sh.load(
                directory, """
                app = Handler(send_spec="tcp://127.0.0.1:%2$d", send_ident="app", recv_spec="tcp://127.0.0.1:%3$d",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                    chroot="", access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": app})])
                servers = [site]
                settings = {%5$s}
                """.formatted(directory, Addresses.freePort(), Addresses.freePort(), port, settings));
        return new ServletSite(directory, database, port);
    }

    /** The sample without a framework. */
    static Path plain() {
        return SAMPLES.resolve("plain/target/webapp.war");
    }

    /** The sample with Spring MVC. */
    static Path spring() {
        return SAMPLES.resolve("spring/target/spring.war");
    }

    BrokerProcess broker() throws IOException, InterruptedException {
        return BrokerProcess.start(database, "site");
    }

    Mongrel2Process mongrel2() throws IOException {
        return Mongrel2Process.start(database, "site", Addresses.of(port));
    }

    /** Starts a worker with a heap of at most 96 MB, and waits until it takes requests. */
    Running worker(Path war, String... arguments) throws IOException, InterruptedException {
        List<String> all =
                new ArrayList<>(List.of("--war", war.toString(), "--config", database.toString(), "--handler", "app"));
        all.addAll(List.of(arguments));
        Running worker = run(all.toArray(String[]::new));
        try {
            worker.errors().await(line -> line.contains(READY));
            return worker;
        } catch (InterruptedException | RuntimeException | Error e) {
            worker.close();
            throw e;
        }
    }

    /** Starts the program with exactly these arguments. */
    Running run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(installed().toString()));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("LURCHER_JAVA", System.getProperty("java.home"), "LURCHER_JAVA_OPTS", "-Xmx96m");
        return Running.start("bin/servlet", directory, environment, command);
    }

    private static synchronized Path installed() throws IOException {
        Path tree = Path.of("target/installed-servlet").toAbsolutePath();
        Files.createDirectories(tree.resolve("bin"));
        for (String script : List.of("servlet", "launch.bash")) {
            Files.copy(
                    ProjectCopy.SOURCES.resolve("bin").resolve(script),
                    tree.resolve("bin").resolve(script),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (!Files.exists(tree.resolve("handler-servlet"))) {
            Files.createSymbolicLink(
                    tree.resolve("handler-servlet"), ProjectCopy.SOURCES.resolve("handler-servlet/target"));
        }
        return tree.resolve("bin/servlet");
    }

    HttpClient http() {
        return http;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    /** A client that sends any bytes. */
    RawClient client() throws IOException {
        return new RawClient(Addresses.of(port));
    }
}
