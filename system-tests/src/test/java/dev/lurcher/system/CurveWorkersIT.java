package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.worker.CurveKeys;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers of the Java library and of Python behind an endpoint with CURVE. */
class CurveWorkersIT {
    @TempDir
    private Path directory;

    private CurveSite site;

    @BeforeEach
    void configure() throws Exception {
        site = CurveSite.in(directory);
    }

    private Broker start() {
        return Broker.start(read().valid(), record -> {});
    }

    private static Thread serve(Worker worker) {
        Thread thread = new Thread(
                () -> worker.serve(request -> Response.text(request.path() + " " + request.content().length)),
                "worker");
        thread.start();
        return thread;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWorkerInJavaServes(boolean classic) throws Exception {
        try (Broker broker = start();
                Worker worker =
                        Worker.builder().brokers(site.curve()).classic(classic).build();
                RawClient client = new RawClient(broker.address())) {
            Thread serving = serve(worker);
            for (int i = 0; i < 50; i++) {
                assertTrue(client.get("/echo/" + i).answer().endsWith("/echo/" + i + " 0"));
            }
            String content = "x".repeat(60_000);
            client.send("POST /echo/post HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length()
                    + "\r\n\r\n" + content);
            assertTrue(client.answer().endsWith("/echo/post 60000"));
            worker.stop();
            serving.join();
        }
    }

    @Test
    void aWorkerInPythonServes() throws Exception {
        try (Broker broker = start();
                RawClient client = new RawClient(broker.address());
                Running worker = Running.start(
                        "worker",
                        directory,
                        Map.of(
                                "LURCHER_SEND",
                                site.curve().sendSpec(),
                                "LURCHER_RECV",
                                site.curve().recvSpec(),
                                "LURCHER_CURVE_SERVER",
                                "broker.key",
                                "LURCHER_CURVE_KEY",
                                "worker.key_secret"),
                        List.of(
                                System.getProperty("test.python", "/usr/bin/python3"),
                                Path.of("../sample-handlers/python/curve.py")
                                        .toAbsolutePath()
                                        .toString()))) {
            String answer = client.get("/echo").answer();
            assertTrue(answer.contains("Hello over CURVE from Python, process " + worker.pid()), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWorkerWhoseKeyIsNotOnTheListGetsNothing(boolean classic) throws Exception {
        CurvePair stranger = CurvePair.generate();
        Endpoints wrong = site.curve()
                .withCurve(CurveKeys.of(
                        site.server().key().toString(), stranger.key().toString(), stranger.secret()));
        try (Broker broker = start();
                Worker worker = Worker.builder().brokers(wrong).classic(classic).build()) {
            assertEquals(null, worker.receive(Duration.ofSeconds(3)));
            assertTrue(broker.pools().stream().noneMatch(HandlerPool::hasWorkers));
        }
    }

    /** More than the library lets wait by itself, which it cannot do with CURVE. */
    @Test
    void nothingIsLostWhenManyRequestsWaitInTheWorker() throws Exception {
        int count = 1500;
        change("UPDATE handler SET prefetch = 0");
        try (Broker broker = start();
                Worker worker =
                        Worker.builder().brokers(site.curve()).classic(true).build()) {
            List<RawClient> clients = new ArrayList<>();
            CountDownLatch asked = new CountDownLatch(1);
            Thread serving = new Thread(() -> {
                Request first = worker.receive(Duration.ofSeconds(20));
                await(asked);
                if (first != null) {
                    first.reply(Response.text("late"));
                }
                worker.serve(request -> Response.text("late"));
            });
            serving.start();
            for (int i = 0; i < count; i++) {
                RawClient client = new RawClient(broker.address());
                clients.add(client);
                client.get("/echo/" + i);
            }
            asked.countDown();
            for (RawClient client : clients) {
                assertTrue(client.answer().endsWith("late"));
                client.close();
            }
            worker.stop();
            serving.join();
        }
    }

    @Test
    void aReloadTakesAChangedList() throws Exception {
        CurvePair stranger = CurvePair.generate();
        Endpoints endpoints = site.curve()
                .withCurve(CurveKeys.of(
                        site.server().key().toString(), stranger.key().toString(), stranger.secret()));
        try (Broker broker = Broker.start(read().valid(), record -> {}, EventLoops.start(1), this::read);
                Worker worker = Worker.builder().brokers(endpoints).build()) {
            Thread serving = serve(worker);
            change("INSERT INTO curve_key (public_key, handler) VALUES ('" + stranger.key() + "', 'echo')");
            assertTrue(broker.reload().applied());
            await("the new key is let in", () -> broker.pools().stream().anyMatch(HandlerPool::hasWorkers));
            change("DELETE FROM curve_key");
            assertTrue(broker.reload().applied());
            await("the old one is dropped", () -> broker.pools().stream().noneMatch(HandlerPool::hasWorkers));
            worker.stop();
            serving.join();
        }
    }

    private ConfigReader.Loaded read() {
        return ConfigReader.read(ConfigDatabase.read(site.database()), "demo");
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + site.database());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Lines.DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - until < 0, "in vain waited until " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
