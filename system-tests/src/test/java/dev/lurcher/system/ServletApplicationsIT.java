package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servlet applications as processes, behind the broker and behind Mongrel2. */
@Timeout(300)
class ServletApplicationsIT {
    /** The JVM's, of a process that TERM has ended. */
    private static final int TERMINATED = 143;

    private static final long LARGE_BYTES = 100_000_000;

    @TempDir
    private Path directory;

    @Test
    void aWarRunsAsItIs() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker(ServletSite.plain())) {
            assertTrue(site.get("/").body().contains("<h1>A servlet application</h1>"));
            assertTrue(site.get("/visits").body().startsWith("Visit 1, process "));
            assertEquals(10, site.get("/ticks").body().lines().count());
            HttpResponse<String> missing = site.get("/nothing");
            assertEquals(404, missing.statusCode());
            assertTrue(missing.body().contains("<h1>Not here</h1>"), missing.body());
            assertEquals(400, site.get("/large?bytes=many").statusCode());
            String form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
                    + "x".repeat(40_000)
                    + "\r\n--b--\r\n";
            HttpResponse<String> uploaded = site.http()
                    .send(
                            site.request("/upload")
                                    .header("Content-Type", "multipart/form-data; boundary=b")
                                    .POST(BodyPublishers.ofString(form))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals("a.bin: 40000 bytes\n", uploaded.body());
            HttpResponse<String> head = site.http()
                    .send(
                            site.request("/")
                                    .method("HEAD", BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals(200, head.statusCode());
            assertEquals("", head.body());
            // What has begun is finished.
            CompletableFuture<HttpResponse<InputStream>> ticks =
                    site.http().sendAsync(site.request("/ticks").build(), BodyHandlers.ofInputStream());
            InputStream content = ticks.get(60, TimeUnit.SECONDS).body();
            worker.signal("TERM");
            assertTrue(new String(content.readAllBytes(), UTF_8).endsWith("tick 10\n"));
            assertEquals(TERMINATED, worker.exitCode());
        }
    }

    @Test
    void springMvcRunsAsItIs() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker(ServletSite.spring())) {
            assertEquals(
                    "Good evening, Anna\n",
                    site.get("/hello/Anna?greeting=Good%20evening").body());
            assertEquals("later\n", site.get("/later").body());
            assertEquals(
                    "id:1\ndata:event 1\n\nid:2\ndata:event 2\n\nid:3\ndata:event 3\n\n",
                    site.get("/events").body());
            HttpResponse<String> failure = site.get("/failure");
            assertEquals(409, failure.statusCode());
            assertEquals("It failed: on purpose\n", failure.body());
            assertEquals(404, site.get("/nothing").statusCode());
            HttpResponse<String> length = site.http()
                    .send(
                            site.request("/length")
                                    .header("Content-Type", "text/plain")
                                    .POST(BodyPublishers.ofString("x".repeat(1234)))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals("1234\n", length.body());
        }
    }

    /** The worker's heap is smaller than what goes through it, whether it is taken or not. */
    @Test
    void largeAnswersAndUploadsTakeLittleMemory() throws Exception {
        ServletSite site = ServletSite.in(directory, "\"upload.stream\": \"1\"");
        List<RawClient> slow = new ArrayList<>();
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker(ServletSite.plain())) {
            // The first answer takes longest: raw clients wait for none that long.
            assertEquals(200, site.get("/large?bytes=1").statusCode());
            for (int i = 0; i < 4; i++) {
                RawClient client = site.client();
                slow.add(client);
                client.get("/large?bytes=" + LARGE_BYTES).head();
            }
            HttpResponse<InputStream> answer =
                    site.http().send(site.request("/large?bytes=" + LARGE_BYTES).build(), BodyHandlers.ofInputStream());
            assertEquals(LARGE_BYTES, count(answer.body()));
            HttpResponse<String> uploaded = site.http()
                    .send(
                            site.request("/upload")
                                    .POST(BodyPublishers.ofInputStream(ServletApplicationsIT::zeros))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals(LARGE_BYTES + " bytes\n", uploaded.body());
            assertTrue(worker.isAlive());
        } finally {
            for (RawClient client : slow) {
                client.close();
            }
        }
    }

    private static InputStream zeros() {
        return new InputStream() {
            private long left = LARGE_BYTES;

            @Override
            public int read() {
                return left-- > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int count) {
                int n = (int) Math.min(left, count);
                left -= n;
                return n == 0 && count > 0 ? -1 : n;
            }
        };
    }

    private static long count(InputStream content) throws Exception {
        byte[] buffer = new byte[64 * 1024];
        long sum = 0;
        for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
            sum += n;
        }
        return sum;
    }

    @Test
    void processesShareTheirSessionsInAFolder() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        assertShares(site, "--sessions", directory.resolve("sessions").toString());
    }

    @Test
    void processesShareTheirSessionsInADatabase() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        assertShares(site, "--sessions", "jdbc:sqlite:" + directory.resolve("sessions.sqlite"));
    }

    private static void assertShares(ServletSite site, String... shared) throws Exception {
        try (BrokerProcess broker = site.broker();
                Running one = site.worker(ServletSite.plain(), shared);
                Running two = site.worker(ServletSite.plain(), shared)) {
            HttpResponse<String> first = site.get("/visits");
            String cookie = first.headers().firstValue("Set-Cookie").orElse("").split(";")[0];
            assertTrue(cookie.startsWith("JSESSIONID="), cookie);
            Set<String> processes = new HashSet<>();
            for (int visit = 2; visit <= 10 || processes.size() < 2; visit++) {
                String answer = site.http()
                        .send(site.request("/visits").header("Cookie", cookie).build(), BodyHandlers.ofString())
                        .body();
                assertTrue(answer.startsWith("Visit " + visit + ", "), answer);
                processes.add(answer.substring(answer.indexOf("process")));
            }
        }
    }

    @Test
    void workersAreExchangedUnderLoadWithoutAFailure() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try (BrokerProcess broker = site.broker()) {
            Running present = site.worker(ServletSite.plain());
            try {
                List<CompletableFuture<Void>> loads = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    loads.add(CompletableFuture.runAsync(() -> load(site, over, answered), clients));
                }
                for (int round = 0; round < 2; round++) {
                    Running next = site.worker(ServletSite.plain());
                    int before = answered.get();
                    while (answered.get() < before + 20) {
                        assertTrue(loads.stream().noneMatch(CompletableFuture::isDone), "a client failed");
                        Thread.onSpinWait();
                    }
                    present.signal("TERM");
                    assertEquals(TERMINATED, present.exitCode());
                    present.close();
                    present = next;
                }
                over.set(true);
                for (CompletableFuture<Void> each : loads) {
                    each.get(60, TimeUnit.SECONDS);
                }
            } finally {
                over.set(true);
                present.close();
            }
        } finally {
            clients.shutdown();
        }
    }

    private static void load(ServletSite site, AtomicBoolean over, AtomicInteger answered) {
        try {
            while (!over.get()) {
                HttpResponse<String> answer = site.get("/index.html");
                assertEquals(200, answer.statusCode(), answer::body);
                answered.incrementAndGet();
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void mongrel2IsServedAsWell() throws Exception {
        ServletSite site = ServletSite.in(directory, "\"server.daemonize\": 0");
        try (Mongrel2Process mongrel2 = site.mongrel2();
                Running worker = site.worker(ServletSite.plain())) {
            assertTrue(site.get("/").body().contains("<h1>A servlet application</h1>"));
            assertTrue(site.get("/visits").body().startsWith("Visit 1, process "));
            assertEquals(10, site.get("/ticks").body().lines().count());
            assertEquals(404, site.get("/nothing").statusCode());
            HttpResponse<String> uploaded = site.http()
                    .send(
                            site.request("/upload")
                                    .POST(BodyPublishers.ofString("x".repeat(10_000)))
                                    .build(),
                            BodyHandlers.ofString());
            assertEquals("10000 bytes\n", uploaded.body());
            worker.signal("TERM");
            assertEquals(TERMINATED, worker.exitCode());
        }
    }

    @Test
    void whatIsWrongWithItsArgumentsIsSaid() throws Exception {
        ServletSite site = ServletSite.in(directory, "");
        try (Running worker = site.run("--config", "c", "--handler", "h")) {
            assertEquals(2, worker.exitCode());
            assertTrue(
                    worker.errors().all().contains("No application is named: --war or --classes is missing."),
                    () -> String.join("\n", worker.errors().all()));
        }
        Path database = directory.resolve("no.sqlite");
        try (Running worker = site.run("--war", "missing.war", "--config", database.toString(), "--handler", "h")) {
            assertEquals(2, worker.exitCode());
            assertTrue(
                    worker.errors().all().getFirst().endsWith("missing.war is not there."),
                    () -> String.join("\n", worker.errors().all()));
        }
    }
}
