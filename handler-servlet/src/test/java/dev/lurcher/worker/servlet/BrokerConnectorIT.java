package dev.lurcher.worker.servlet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.RawClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests and answers of every kind, through a broker to servlets and back. */
@Timeout(120)
class BrokerConnectorIT {
    @TempDir
    private Path folder;

    private final Servlets.Endless endless = new Servlets.Endless();
    private final Servlets.Later later = new Servlets.Later();
    private ServletSite site;

    @BeforeEach
    void start() throws Exception {
        site = start(Map.of());
    }

    private ServletSite start(Map<Setting, String> settings) throws Exception {
        ServletSite started = ServletSite.start(
                settings,
                Map.of(
                        "/echo/*", new Servlets.Echo(),
                        "/count", new Servlets.Count(),
                        "/bytes", new Servlets.Bytes(),
                        "/endless", endless,
                        "/later", later,
                        "/mirror", new Servlets.Mirror(),
                        "/form", new Servlets.Form(),
                        "/failing", new Servlets.Failing(),
                        "/kinds", new Servlets.Kinds()));
        // The first answer takes longest: raw clients wait for none that long.
        assertEquals(200, started.get("/echo/").statusCode());
        return started;
    }

    @AfterEach
    void stop() throws Exception {
        site.close();
    }

    @Test
    void aServletKnowsTheRequest() throws Exception {
        HttpResponse<String> answer = site.send(
                site.request("/echo/a%20b?a=%C3%A4").header("X-Two", "1").header("X-Two", "2"));
        assertEquals(200, answer.statusCode());
        assertEquals(
                "GET /echo/a%20b a=%C3%A4 HTTP/1.1 http false\nfrom 127.0.0.1\nparameter ä\nx-two 1\nx-two 2\n",
                answer.body());
        assertTrue(answer.headers().firstValue("Content-Length").isPresent());
        assertTrue(answer.headers().firstValue("Date").isPresent());
        assertFalse(answer.headers().firstValue("Server").isPresent());
    }

    @Test
    void aFormHasItsParameters() throws Exception {
        HttpResponse<String> answer = site.send(site.request("/echo/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("a=b+c&d=e")));
        assertTrue(answer.body().contains("parameter b c\n"), answer.body());
    }

    @Test
    void headHasNoContentAndTheLengthOfIt() throws Exception {
        HttpResponse<String> answer =
                site.send(site.request("/bytes?n=10&length=").method("HEAD", BodyPublishers.noBody()));
        assertEquals("", answer.body());
        assertEquals("10", answer.headers().firstValue("Content-Length").orElse(""));
        assertEquals(
                200,
                site.send(site.request("/bytes?n=1000000").method("HEAD", BodyPublishers.noBody()))
                        .statusCode());
    }

    @Test
    void aConnectionIsKeptOrClosedAsTheClientWants() throws Exception {
        try (RawClient client = site.client()) {
            assertTrue(client.get("/echo/1").answer().startsWith("HTTP/1.1 200 OK\r\n"));
            assertTrue(client.get("/echo/2").answer().startsWith("HTTP/1.1 200 OK\r\n"));
            String last = client.send("GET /echo/3 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .untilEnd();
            assertTrue(last.contains("Connection: close\r\n"), last);
        }
        try (RawClient client = site.client()) {
            String old = client.send("GET /bytes?n=100000 HTTP/1.0\r\n\r\n").untilEnd();
            assertFalse(old.contains("chunked"), old.substring(0, 300));
            assertTrue(old.endsWith("\0".repeat(100_000)));
        }
    }

    @Test
    void otherKindsOfAnswersArrive() throws Exception {
        HttpResponse<String> cookies =
                site.send(site.request("/kinds?kind=cookies").header("Cookie", "three=3"));
        assertEquals(List.of("one=1", "two=2"), cookies.headers().allValues("Set-Cookie"));
        assertEquals("3", cookies.body());
        assertEquals(204, site.get("/kinds?kind=empty").statusCode());
        assertEquals(304, site.get("/kinds?kind=same").statusCode());
        HttpResponse<String> elsewhere = site.get("/kinds?kind=elsewhere");
        assertEquals(302, elsewhere.statusCode());
        assertTrue(elsewhere.headers().firstValue("Location").orElse("").endsWith("/there"));
        try (RawClient client = site.client()) {
            String trailer = client.send("GET /kinds?kind=trailer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .untilEnd();
            assertTrue(trailer.endsWith("\r\n7\r\ncontent\r\n0\r\nX-Sum: 42\r\n\r\n"), trailer);
        }
    }

    @Test
    void whatIsNoTargetIsRefused() throws Exception {
        assertEquals(404, site.get("/nothing").statusCode());
        assertEquals(400, site.get("/echo/a%2fb").statusCode());
        assertEquals(400, site.get("/echo/..;/count").statusCode());
    }

    @Test
    void errorsHaveTheirPages() throws Exception {
        HttpResponse<String> page = site.get("/failing?how=page");
        assertEquals(418, page.statusCode());
        assertEquals("the page for 418", page.body());
        HttpResponse<String> early = site.get("/failing?how=early");
        assertEquals(500, early.statusCode());
        assertThrows(IOException.class, () -> site.get("/failing?how=late"));
        assertThrows(IOException.class, () -> site.get("/failing?how=short"));
        try (RawClient client = site.client()) {
            String old = client.send("GET /failing?how=late HTTP/1.0\r\n\r\n").untilEnd();
            assertTrue(old.endsWith("[reset]") || !old.contains("begun"), old);
        }
        assertEquals(200, site.get("/echo/").statusCode());
    }

    @Test
    void contentOfOneMessageIsRead() throws Exception {
        byte[] content = bytes(50_000);
        HttpResponse<String> answer = site.send(site.request("/count").POST(BodyPublishers.ofByteArray(content)));
        assertEquals("50000 " + sum(content), answer.body());
        assertEquals("0 0", site.get("/count").body());
    }

    @Test
    void largeContentComesByStream() throws Exception {
        site.close();
        site = start(Map.of(Setting.UPLOAD_STREAM, "1"));
        byte[] content = bytes(20_000_000);
        HttpResponse<String> answer = site.send(site.request("/count").POST(BodyPublishers.ofByteArray(content)));
        assertEquals("20000000 " + sum(content), answer.body());
        HttpResponse<String> chunked = site.send(
                site.request("/count").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content))));
        assertEquals("20000000 " + sum(content), chunked.body());
    }

    @Test
    void contentThatNobodyReadsHoldsNobodyUp() throws Exception {
        site.close();
        site = start(Map.of(Setting.UPLOAD_STREAM, "1"));
        try (RawClient client = site.client()) {
            String answer = client.send("POST /echo/ HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n")
                    .send(new byte[200_000])
                    .head();
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        }
        assertEquals(200, site.get("/echo/").statusCode());
    }

    @Test
    void largeContentComesByFileThatIsDeletedThen() throws Exception {
        site.close();
        site = start(
                Map.of(Setting.UPLOAD_TEMP_STORE, folder.resolve("up.XXXXXX").toString()));
        byte[] content = bytes(5_000_000);
        HttpResponse<String> answer = site.send(site.request("/count").POST(BodyPublishers.ofByteArray(content)));
        assertEquals("5000000 " + sum(content), answer.body());
        // Deleted when the request is done, which is after its answer.
        long end = System.nanoTime() + ServletSite.DEADLINE.toNanos();
        while (!uploads().isEmpty()) {
            assertTrue(System.nanoTime() < end, () -> "left over: " + uploads());
            Thread.onSpinWait();
        }
    }

    private List<Path> uploads() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith("up."))
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void partsOfAFormAreKept() throws Exception {
        String form = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhello\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
                + "x".repeat(40_000)
                + "\r\n--b--\r\n";
        HttpResponse<String> answer = site.send(site.request("/form")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(form)));
        assertEquals("text null 5\nfile a.bin 40000\n", answer.body());
    }

    @Test
    void asynchronousAnswersArrive() throws Exception {
        assertEquals("completed", site.get("/later?how=complete").body());
        assertEquals("dispatched", site.get("/later?how=dispatch").body());
        HttpResponse<String> timedOut = site.get("/later?how=timeout");
        assertEquals(202, timedOut.statusCode());
        assertEquals("timed out", timedOut.body());
    }

    @Test
    void whatIsReadAndWrittenWithoutWaitingComesBack() throws Exception {
        byte[] small = bytes(30_000);
        assertArrayEquals(small, mirror(small));
        site.close();
        site = start(Map.of(Setting.UPLOAD_STREAM, "1"));
        byte[] large = bytes(5_000_000);
        assertArrayEquals(large, mirror(large));
    }

    private byte[] mirror(byte[] content) throws Exception {
        return site.http()
                .send(
                        site.request("/mirror")
                                .POST(BodyPublishers.ofByteArray(content))
                                .build(),
                        BodyHandlers.ofByteArray())
                .body();
    }

    @Test
    void aWriterHearsThatItsClientIsGone() throws Exception {
        try (RawClient client = site.client()) {
            client.get("/endless").head();
            client.reset();
        }
        assertNotNull(endless.stopped.get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS));
    }

    /** Jetty tells it only to requests whose servlet has returned, so there are several. */
    @Test
    void anAsynchronousRequestHearsThatItsClientIsGone() throws Exception {
        long end = System.nanoTime() + ServletSite.DEADLINE.toNanos();
        while (!later.heard.isDone()) {
            assertTrue(System.nanoTime() < end, "was not told");
            try (RawClient client = site.client()) {
                client.get("/later?how=never");
                later.begun.get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
                assertTrue(later.heard.isDone() || client.hearsNothing(100));
                client.reset();
            }
            try {
                later.heard.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                // Came too early for Jetty: once more.
            }
        }
        assertEquals("error", later.heard.get());
    }

    @Test
    void aSlowClientHoldsUpOnlyItsOwnAnswer() throws Exception {
        try (RawClient slow = site.client()) {
            slow.get("/endless").head();
            for (int i = 0; i < 20; i++) {
                assertEquals(200, site.get("/bytes?n=1000000").statusCode());
            }
            assertFalse(endless.stopped.isDone());
            slow.reset();
        }
        endless.stopped.get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void thirtyTwoAtATimeAreAnswered() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 32 * 20; i++) {
            answers.add(site.http().sendAsync(site.request("/echo/" + i).build(), BodyHandlers.ofString()));
        }
        for (int i = 0; i < answers.size(); i++) {
            HttpResponse<String> answer = answers.get(i).get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(answer.body().startsWith("GET /echo/" + i + " "), answer.body());
        }
    }

    @Test
    void whatIsBeingAnsweredIsFinishedBeforeItEnds() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                site.http().sendAsync(site.request("/later?how=timeout").build(), BodyHandlers.ofString());
        later.begun.get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        site.connector().drain();
        assertEquals(
                "timed out",
                answer.get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS).body());
        site.connector().ended().get(ServletSite.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    private static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }
}
