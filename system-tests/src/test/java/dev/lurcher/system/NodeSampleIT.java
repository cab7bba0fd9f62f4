package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample worker in Node behind a broker. bin/test installs its library. */
@Timeout(120)
class NodeSampleIT {
    private static final Path FOLDER = ProjectCopy.SOURCES.resolve("sample-handlers/node");
    private static final String GREETING = "Hello from Node, process ";

    @TempDir
    private Path directory;

    private PythonSite site;

    @BeforeEach
    void configure() throws Exception {
        assertTrue(Files.isDirectory(FOLDER.resolve("node_modules/zeromq")), "npm install in sample-handlers/node");
        site = PythonSite.in(directory, "");
    }

    @Test
    void answersAndComesBackToItsBroker() throws Exception {
        try (Running worker = begin()) {
            try (BrokerProcess broker = site.broker()) {
                worker.errors().await(line -> line.contains(PythonSite.READY));
                assertEquals(GREETING + worker.pid() + ".\n", site.get("/").body());
                String head = site.client()
                        .send("HEAD / HTTP/1.0\r\nHost: localhost\r\n\r\n")
                        .untilEnd();
                assertTrue(head.startsWith("HTTP/1.1 200 OK\r\n") && head.endsWith("\r\n\r\n"), head);
            }
            try (BrokerProcess broker = site.broker()) {
                assertEquals(GREETING + worker.pid() + ".\n", site.get("/").body());
            }
        }
    }

    @Test
    void isReplacedUnderLoadAndNothingFails() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        try (BrokerProcess broker = site.broker();
                Running old = begin()) {
            old.errors().await(line -> line.contains(PythonSite.READY));
            Thread client = new Thread(() -> ask(stop, failures), "client");
            client.start();
            try (Running fresh = begin()) {
                fresh.errors().await(line -> line.contains(PythonSite.READY));
                old.signal("TERM");
                assertEquals(0, old.exitCode());
                assertEquals(GREETING + fresh.pid() + ".\n", site.get("/").body());
                stop.set(true);
                client.join();
            } finally {
                stop.set(true);
            }
        }
        assertEquals(List.of(), List.copyOf(failures));
    }

    private void ask(AtomicBoolean stop, Queue<String> failures) {
        while (!stop.get()) {
            try {
                HttpResponse<String> response = site.put("/", BodyPublishers.ofString("content"));
                if (!response.body().startsWith(GREETING)) {
                    failures.add(response.toString());
                }
            } catch (IOException | InterruptedException e) {
                failures.add(e.toString());
            }
        }
    }

    private Running begin() throws IOException {
        String endpoint =
                dev.lurcher.worker.Endpoints.read(site.database(), "site").sendSpec();
        return Running.start(
                "worker",
                directory,
                Map.of("LURCHER_SEND", endpoint, "LURCHER_SENDER", "site"),
                List.of("node", FOLDER.resolve("hello.mjs").toString()));
    }
}
