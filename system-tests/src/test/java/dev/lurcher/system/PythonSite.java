package dev.lurcher.system;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A site whose worker is one of the programs in sample-handlers/python, started in a folder with the application. */
final class PythonSite {
    private static final Path PROGRAMS =
            ProjectCopy.SOURCES.resolve("sample-handlers/python").toAbsolutePath();
    /** What each of the programs logs when it takes requests. */
    static final String READY = "Takes requests of ";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path directory;
    private final Path database;
    private final int port;

    private PythonSite(Path directory, Path database, int port) {
        this.directory = directory;
        this.database = database;
        this.port = port;
    }

    /**
     * Makes the configuration.
     *
     * @param directory becomes the working directory of workers
     * @param settings as m2sh reads them, {@code "key": "value"}; DIRECTORY stands for the folder
     */
    static PythonSite in(Path directory, String settings) throws IOException, InterruptedException {
        int port = Addresses.freePort();
        Path database = M2sh.load(directory, """
                worker = Handler(send_spec="tcp://127.0.0.1:%2$d", send_ident="site", recv_spec="tcp://127.0.0.1:%3$d",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                    chroot="", access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                settings = {%5$s}
                """.formatted(
                        directory,
                        Addresses.freePort(),
                        Addresses.freePort(),
                        port,
                        settings.replace("DIRECTORY", directory.toString())));
        return new PythonSite(directory, database, port);
    }

    /** Debian's own Python, for which Debian's packages are; the property names another one. */
    static String python() {
        return System.getProperty("test.python", "/usr/bin/python3");
    }

    BrokerProcess broker() throws IOException, InterruptedException {
        return BrokerProcess.start(database, "site");
    }

    /** Copies a file of the tests' resources to where the workers find it. */
    PythonSite with(String application) throws IOException {
        try (InputStream source = PythonSite.class.getResourceAsStream("/python/" + application)) {
            if (source == null) {
                throw new IOException("no resource " + application);
            }
            Files.write(directory.resolve(application), source.readAllBytes());
        }
        return this;
    }

    /** Starts a worker, and waits until it takes requests. */
    Running worker(String program, String... arguments) throws IOException, InterruptedException {
        Running worker = begin(program, arguments);
        try {
            worker.errors().await(line -> line.contains(READY));
            return worker;
        } catch (InterruptedException | RuntimeException | Error e) {
            worker.close();
            throw e;
        }
    }

    /** Starts a worker of this site. */
    Running begin(String program, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--config", database.toString(), "--handler", "site"));
        return run(program, all);
    }

    /** Starts a program with exactly these arguments. */
    Running run(String program, List<String> arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(python(), PROGRAMS.resolve(program).toString()));
        command.addAll(arguments);
        return Running.start(
                program, directory, Map.of("PYTHONDONTWRITEBYTECODE", "1", "PYTHONUNBUFFERED", "1"), command);
    }

    Path database() {
        return database;
    }

    HttpClient http() {
        return http;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> put(String path, HttpRequest.BodyPublisher content) throws IOException, InterruptedException {
        return http.send(request(path).PUT(content).build(), BodyHandlers.ofString());
    }

    /** A client that sends any bytes. */
    RawClient client() throws IOException {
        return new RawClient(Addresses.of(port));
    }
}
