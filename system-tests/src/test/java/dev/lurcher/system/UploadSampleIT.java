package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.worker.Endpoints;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample that takes uploads, as a process behind a broker. */
@Timeout(60)
class UploadSampleIT {
    private static final String STREAM = "\"upload.stream\": 1";
    private static final String FILE = "\"upload.temp_store\": \"DIRECTORY/up.XXXXXX\"";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {STREAM, FILE})
    void tellsWhatItGot(String settings) throws Exception {
        int port = Addresses.freePort();
        Path database = M2sh.load(directory, """
                worker = Handler(send_spec="tcp://127.0.0.1:%2$d", send_ident="site", recv_spec="tcp://127.0.0.1:%3$d",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                    access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                settings = {%5$s}
                """.formatted(
                        directory,
                        Addresses.freePort(),
                        Addresses.freePort(),
                        port,
                        settings.replace("DIRECTORY", directory.toString())));
        try (BrokerProcess broker = BrokerProcess.start(database, "site");
                Running worker = sample(database)) {
            for (int length : List.of(0, 1000, 65_537, 3_000_000)) {
                byte[] content = new byte[length];
                new Random(length).nextBytes(content);
                String expected = "{\"bytes\":" + length + ",\"sha256\":\""
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(content)) + "\"}\n";
                assertEquals(expected, answer(port, BodyPublishers.ofByteArray(content)));
                // Of unknown length: in chunks.
                assertEquals(
                        expected, answer(port, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content))));
            }
            worker.signal("TERM");
            worker.exitCode();
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.getFileName().toString().startsWith("up."))
                            .toList());
        }
    }

    private String answer(int port, HttpRequest.BodyPublisher content) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .PUT(content)
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private Running sample(Path database) throws Exception {
        Running worker = Running.start(
                "worker",
                directory,
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        // The samples log by this one; the broker's is on the class path as well.
                        "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.lurcher.samples.Uploads",
                        "--config",
                        database.toString(),
                        "--handler",
                        "site"));
        worker.errors()
                .await(line -> line.contains(
                        "Takes requests of " + Endpoints.read(database, "site").sendSpec() + ", managed by "));
        return worker;
    }
}
