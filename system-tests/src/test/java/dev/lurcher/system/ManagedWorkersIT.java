package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Managed workers of both languages and the broker, each a process of its own. */
class ManagedWorkersIT {
    private static final String UUID = "site";

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
        endpoints = new Endpoints(
                "tcp://127.0.0.1:" + Addresses.freePort(), "tcp://127.0.0.1:" + Addresses.freePort(), "site");
        database = M2sh.load(directory, """
            worker = Handler(send_spec="%2$s", send_ident="site", recv_spec="%3$s", recv_ident="")
            site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%4$d,
                access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                hosts=[Host(name="localhost", routes={"/": worker})])
            servers = [site]
            """.formatted(directory, endpoints.sendSpec(), endpoints.recvSpec(), port));
    }

    @Test
    void areReplacedOneByOneUnderLoadAndNothingFails() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        try (BrokerProcess broker = BrokerProcess.start(database, UUID)) {
            List<Running> workers = new ArrayList<>(List.of(java(), python()));
            for (int i = 0; i < 8; i++) {
                Thread client = new Thread(() -> ask(stop, answered, failures), "client");
                clients.add(client);
                client.start();
            }
            for (int i = 0; i < 6; i++) {
                Running fresh = i % 2 == 0 ? java() : python();
                int before = answered.get();
                Running old = workers.set(i % 2, fresh);
                old.signal("TERM");
                assertEquals(i % 2 == 0 ? 143 : 0, old.exitCode());
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

    @Test
    void oneClientThatReadsNothingHoldsNobodyUp() throws Exception {
        int bytes = 20_000_000;
        CountDownLatch written = new CountDownLatch(1);
        try (BrokerProcess broker = BrokerProcess.start(database, UUID);
                Worker worker = Worker.builder().brokers(endpoints).build();
                RawClient idle = new RawClient(broker.address())) {
            Thread serving =
                    new Thread(() -> worker.serve(request -> request.path().equals("/stream")
                            ? Response.of(200).withBody("text/plain", body -> {
                                body.write(new byte[bytes]);
                                written.countDown();
                            })
                            : Response.text("other")));
            serving.start();
            idle.get("/stream");
            assertTrue(idle.head().contains("Transfer-Encoding: chunked"));
            for (int i = 0; i < 100; i++) {
                assertEquals(
                        "other",
                        http.send(request("/other").build(), BodyHandlers.ofString())
                                .body());
            }
            assertEquals(1, written.getCount(), "all was written for a client that reads nothing");
            HttpResponse<InputStream> taken = http.send(request("/stream").build(), BodyHandlers.ofInputStream());
            assertEquals(bytes, taken.body().readAllBytes().length);
            idle.close();
            worker.stop();
            serving.join();
        }
    }

    private void ask(AtomicBoolean stop, AtomicInteger answered, Queue<String> failures) {
        for (int i = 0; !stop.get(); i++) {
            HttpRequest.Builder request = request("/" + i);
            if (i % 2 == 0) {
                // Not repeated if it is lost.
                request.POST(BodyPublishers.ofString("content"));
            }
            try {
                HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    failures.add(
                            response.statusCode() + " " + response.headers().map());
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

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private Running java() throws IOException, InterruptedException {
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
                        "dev.lurcher.samples.Hello",
                        "--send",
                        endpoints.sendSpec(),
                        "--recv",
                        endpoints.recvSpec(),
                        "--sender",
                        endpoints.sender()));
        worker.errors().await(line -> line.contains("Takes requests of " + endpoints.sendSpec() + ", managed by "));
        return worker;
    }

    private Running python() throws IOException {
        Path script = Path.of("../sample-handlers/python/managed.py").toAbsolutePath();
        return Running.start(
                "worker",
                directory,
                Map.of("LURCHER_SEND", endpoints.sendSpec(), "LURCHER_SENDER", endpoints.sender()),
                List.of(System.getProperty("test.python", "/usr/bin/python3"), script.toString()));
    }
}
