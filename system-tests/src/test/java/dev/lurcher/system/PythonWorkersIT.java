package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What all programs of sample-handlers/python have in common, and worker.py by itself. */
@Timeout(120)
class PythonWorkersIT {
    private static final String OWN = """
            import sys
            sys.path.insert(0, sys.argv.pop(1))
            from worker import Response, main, PING, PONG, TEXT, CLOSE

            def respond(request):
                if request.method == "WEBSOCKET_HANDSHAKE":
                    return request.accept()
                if request.method == "WEBSOCKET":
                    if request.opcode == TEXT:
                        request.send_frame(TEXT, request.content.upper())
                    elif request.opcode == CLOSE:
                        request.send_frame(CLOSE, request.content)
                        request.client.close()
                        request.client.end()
                elif request.path == "/fail":
                    raise RuntimeError("secret")
                elif request.path == "/stream":
                    return Response(200, (b"x" * 1000 for _ in range(1000)), fields=[("X-A", "b")])
                else:
                    return Response(200, request.body().read())

            main(respond)
            """;

    @TempDir
    private Path directory;

    /** Those that need no broker. */
    @Test
    void theUnitTestsPass() throws Exception {
        Finished tests = Finished.run(
                ProjectCopy.SOURCES.resolve("sample-handlers/python"),
                Map.of("PYTHONDONTWRITEBYTECODE", "1", "PYTHONWARNINGS", "ignore::ResourceWarning"),
                Lines.DEADLINE,
                List.of(PythonSite.python(), "-m", "unittest", "test_worker"));
        assertEquals(0, tests.exitCode(), tests::output);
    }

    @Test
    void areReplacedOneByOneUnderLoadAndNothingFails() throws Exception {
        PythonSite site = PythonSite.in(directory, "").with("wsgi_app.py").with("asgi_app.py");
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        try (BrokerProcess broker = site.broker()) {
            List<Running> workers = new ArrayList<>(List.of(worker(site, 0), worker(site, 1)));
            for (int i = 0; i < 6; i++) {
                Thread client = new Thread(() -> ask(site, stop, answered, failures), "client");
                clients.add(client);
                client.start();
            }
            for (int i = 0; i < 6; i++) {
                Running fresh = worker(site, i);
                int before = answered.get();
                Running old = workers.set(i % 2, fresh);
                old.signal("TERM");
                assertEquals(0, old.exitCode());
                old.close();
                awaitMore(answered, before + 100, failures);
            }
            stop.set(true);
            for (Thread client : clients) {
                client.join();
            }
            workers.forEach(Running::close);
        } finally {
            stop.set(true);
        }
        assertEquals(List.of(), List.copyOf(failures));
    }

    private static Running worker(PythonSite site, int i) throws IOException, InterruptedException {
        return switch (i % 3) {
            case 0 -> site.worker("wsgi.py", "wsgi_app:app", "--threads", "1");
            case 1 -> site.worker("asgi.py", "asgi_app:app");
            default -> site.worker("wsgi.py", "wsgi_app:app", "--threads", "4");
        };
    }

    private static void ask(PythonSite site, AtomicBoolean stop, AtomicInteger answered, Queue<String> failures) {
        for (int i = 0; !stop.get(); i++) {
            HttpRequest.Builder request = site.request("/hello");
            if (i % 2 == 0) {
                // Not repeated if it is lost.
                request.POST(BodyPublishers.ofString("content"));
            }
            try {
                HttpResponse<String> response = site.http().send(request.build(), BodyHandlers.ofString());
                if (response.statusCode() != 200 || !response.body().startsWith("hello")) {
                    failures.add(
                            response.statusCode() + " " + response.headers().map() + response.body());
                }
            } catch (IOException | InterruptedException e) {
                failures.add(e.toString());
            }
            answered.incrementAndGet();
        }
    }

    private static void awaitMore(AtomicInteger answered, int most, Queue<String> failures) {
        long until = System.nanoTime() + Lines.DEADLINE.toNanos();
        while (answered.get() < most) {
            assertTrue(System.nanoTime() - until < 0, () -> "answers stay away: " + failures);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void severalProcessesShareTheWork() throws Exception {
        PythonSite site = PythonSite.in(directory, "").with("wsgi_app.py");
        try (BrokerProcess broker = site.broker();
                Running one = site.worker("wsgi.py", "wsgi_app:app");
                Running other = site.worker("wsgi.py", "wsgi_app:app")) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                seen.add(site.get("/pid").body().strip());
            }
            assertEquals(Set.of(Long.toString(one.pid()), Long.toString(other.pid())), seen);
        }
    }

    @Test
    void classicWorkersServeTheBrokerAndMongrel2() throws Exception {
        PythonSite site = PythonSite.in(directory, "\"server.daemonize\": 0")
                .with("wsgi_app.py")
                .with("asgi_app.py");
        try (BrokerProcess broker = site.broker()) {
            serveClassic(site);
        }
        try (Mongrel2Process mongrel2 = Mongrel2Process.start(
                site.database(), "site", Addresses.of(site.uri("/").getPort()))) {
            serveClassic(site);
        }
    }

    private static void serveClassic(PythonSite site) throws Exception {
        try (Running worker = site.worker("wsgi.py", "wsgi_app:app", "--classic")) {
            assertEquals("hello\n", site.get("/hello").body());
            assertEquals("one two three", site.get("/write").body());
            assertEquals(
                    "content",
                    site.put("/validated", BodyPublishers.ofString("content")).body());
            worker.signal("TERM");
            assertEquals(0, worker.exitCode());
        }
        try (Running worker = site.worker("asgi.py", "asgi_app:app", "--classic")) {
            assertEquals("hello of the lifespan", site.get("/hello").body());
            worker.signal("TERM");
            assertEquals(0, worker.exitCode());
        }
    }

    @Test
    void aWorkerOfOneFunctionAnswers() throws Exception {
        PythonSite site = PythonSite.in(directory, "\"upload.stream\": 1");
        Files.writeString(directory.resolve("own.py"), OWN);
        try (BrokerProcess broker = site.broker();
                Running worker = own(site)) {
            worker.errors().await(line -> line.contains(PythonSite.READY));
            String large = "0123456789".repeat(30_000);
            assertEquals(large, site.put("/", BodyPublishers.ofString(large)).body());
            HttpResponse<String> stream = site.get("/stream");
            assertEquals(1_000_000, stream.body().length());
            assertEquals("b", stream.headers().firstValue("X-A").orElse(""));
            assertEquals(500, site.get("/fail").statusCode());
            worker.errors().await(line -> line.equals("RuntimeError: secret"));
            try (var client = new dev.lurcher.broker.testing.WebSocketClient(site.client())) {
                client.ask("/").raw().head();
                assertEquals("81:HELLO", client.send(0x81, "hello").frame());
                worker.signal("TERM");
                assertEquals(1012, client.closeCode());
            }
            assertEquals(0, worker.exitCode());
        }
    }

    private Running own(PythonSite site) throws IOException {
        return Running.start(
                "own",
                directory,
                Map.of("PYTHONDONTWRITEBYTECODE", "1"),
                List.of(
                        PythonSite.python(),
                        "own.py",
                        ProjectCopy.SOURCES.resolve("sample-handlers/python").toString(),
                        "--config",
                        site.database().toString(),
                        "--handler",
                        "site",
                        "--threads",
                        "2"));
    }
}
