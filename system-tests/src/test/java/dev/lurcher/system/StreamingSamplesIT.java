package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.Endpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The samples whose answers have no end, as processes behind a broker. */
@Timeout(60)
class StreamingSamplesIT {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path directory;

    private Path database;
    private Endpoints endpoints;
    private int port;

    @BeforeEach
    void configure() throws Exception {
        port = Addresses.freePort();
        database = M2sh.load(directory, """
                worker = Handler(send_spec="tcp://127.0.0.1:%2$d", send_ident="site", recv_spec="tcp://127.0.0.1:%3$d",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                    access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                """.formatted(directory, Addresses.freePort(), Addresses.freePort(), port));
        endpoints = Endpoints.read(database, "site");
    }

    @Test
    void theTickerTellsTheTimeToEverybodyUntilItIsStopped() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(database, "site");
                Running ticker = sample("Ticker", Map.of())) {
            assertTrue(
                    http.send(request("/"), BodyHandlers.ofString()).body().contains("EventSource"),
                    "the page that listens");
            HttpResponse<InputStream> first = http.send(request("/events"), BodyHandlers.ofInputStream());
            HttpResponse<InputStream> second = http.send(request("/events"), BodyHandlers.ofInputStream());
            assertEquals(
                    "text/event-stream",
                    first.headers().firstValue("Content-Type").orElse(""));
            BufferedReader events = new BufferedReader(new InputStreamReader(first.body(), StandardCharsets.US_ASCII));
            assertTrue(events.readLine().matches("id: \\d+"), "the event has an id");
            String one = events.readLine();
            assertTrue(one.matches("data: \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), one);
            assertEquals("", events.readLine());
            second.body().close();
            assertTrue(events.readLine().matches("id: \\d+"), "the event has an id");
            assertNotEquals(one, events.readLine());
            ticker.signal("TERM");
            // The answer comes to its end, in order.
            while (events.readLine() != null) {}
            ticker.exitCode();
        }
    }

    @Test
    void theRadioPlaysTheSameToAllWhoListen() throws Exception {
        byte[] song = new byte[10_001];
        for (int i = 0; i < song.length; i++) {
            song[i] = (byte) (i % 251);
        }
        Path file = directory.resolve("song.mp3");
        Files.write(file, song);
        try (BrokerProcess broker = BrokerProcess.start(database, "site");
                Running radio = sample("Radio", Map.of("RADIO_FILE", file.toString()))) {
            HttpResponse<InputStream> leaver = http.send(request("/"), BodyHandlers.ofInputStream());
            HttpResponse<InputStream> early = http.send(request("/"), BodyHandlers.ofInputStream());
            assertEquals(
                    "audio/mpeg", early.headers().firstValue("Content-Type").orElse(""));
            byte[] heard = early.body().readNBytes(2 * song.length);
            leaver.body().close();
            HttpResponse<InputStream> late = http.send(request("/"), BodyHandlers.ofInputStream());
            assertSong(song, heard);
            assertSong(song, late.body().readNBytes(song.length));
            assertSong(song, early.body().readNBytes(1000));
            radio.signal("TERM");
            early.body().readAllBytes();
            late.body().readAllBytes();
            radio.exitCode();
        }
    }

    /** From wherever it begins, it goes on as the song does. */
    private static void assertSong(byte[] song, byte[] heard) {
        byte[] twice = new byte[song.length + heard.length + song.length];
        for (int i = 0; i < twice.length; i++) {
            twice[i] = song[i % song.length];
        }
        for (int from = 0; from < song.length; from++) {
            if (Arrays.equals(twice, from, from + heard.length, heard, 0, heard.length)) {
                return;
            }
        }
        assertArrayEquals(song, heard);
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }

    private Running sample(String name, Map<String, String> environment) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                // The samples log by this one; the broker's is on the class path as well.
                "-Dslf4j.provider=org.slf4j.jul.JULServiceProvider",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.lurcher.samples." + name,
                "--config",
                database.toString(),
                "--handler",
                "site"));
        Running worker = Running.start("worker", directory, environment, command);
        worker.errors().await(line -> line.contains("Takes requests of " + endpoints.sendSpec() + ", managed by "));
        return worker;
    }
}
