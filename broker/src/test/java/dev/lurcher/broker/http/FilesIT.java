package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get of a directory at {@code /s/}. */
class FilesIT {
    @TempDir
    private Path root;

    private Folder folder = new Folder(Path.of("/"));

    @BeforeEach
    void fill() throws IOException {
        folder = new Folder(Files.createDirectory(root.resolve("static")));
        folder.file("a.txt", "0123456789");
        folder.file("index.html", "<p>index");
        folder.file("sub/index.html", "<p>sub");
        folder.file("empty.txt", "");
    }

    private BrokerHarness.Builder builder(DirectoryPolicy policy) {
        return BrokerHarness.builder().directory("/s/", folder.path(), policy);
    }

    private BrokerHarness start() {
        return builder(DirectoryPolicy.USUAL).start();
    }

    private static RawClient ask(RawClient client, String method, String path, String... fields) throws IOException {
        String lines = fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n";
        return client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n");
    }

    private static String answer(BrokerHarness broker, String method, String path, String... fields)
            throws IOException {
        try (RawClient client = broker.client()) {
            ask(client, method, path, fields);
            return method.equals("HEAD") ? client.head() : client.answer();
        }
    }

    private static String withoutDate(String answer) {
        return answer.replaceFirst("Date: [^\r]*\r\n", "Date: D\r\n")
                .replaceFirst("ETag: \"[^\r]*\"\r\n", "ETag: E\r\n");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void sendsAFileFromDiskThenFromMemory(Transport transport) throws Exception {
        String expected = "HTTP/1.1 200 OK\r\nDate: D\r\nServer: Lurcher\r\nContent-Type: text/plain\r\n"
                + "Content-Length: 10\r\nAccept-Ranges: bytes\r\nLast-Modified: " + Folder.DATE
                + "\r\nETag: E\r\n\r\n0123456789";
        try (BrokerHarness broker = builder(DirectoryPolicy.USUAL).on(transport).start();
                RawClient client = broker.client()) {
            Await.until("one came from memory", () -> {
                try {
                    assertEquals(expected, withoutDate(client.get("/s/a.txt").answer()));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
                return broker.broker().counters().get(Counter.FILES_FROM_MEMORY) > 0;
            });
            assertTrue(broker.broker().counters().get(Counter.FILES_FROM_DISK) > 0);
        }
    }

    @Test
    void sendsTheHeadAloneForHead() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            String get = client.get("/s/a.txt").answer();
            String head = ask(client, "HEAD", "/s/a.txt").head();
            assertEquals(withoutDate(get), withoutDate(head) + "0123456789");
            assertTrue(ask(client, "HEAD", "/s/none").head().startsWith("HTTP/1.1 404 "));
            assertTrue(ask(client, "HEAD", "/s/sub").head().startsWith("HTTP/1.1 301 "));
            // Nothing came behind the heads.
            assertTrue(client.get("/s/a.txt").answer().startsWith("HTTP/1.1 200 "));
        }
    }

    @ParameterizedTest
    @CsvSource({"/s/,<p>index", "/s/sub/,<p>sub", "/s/sub//,<p>sub", "/s/%61.txt,0123456789", "/s//a.txt,0123456789"})
    void findsTheFile(String path, String content) throws Exception {
        try (BrokerHarness broker = start()) {
            String answer = answer(broker, "GET", path);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(answer.endsWith("\r\n\r\n" + content), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/s/none",
                "/s/none/",
                "/s/a.txt/",
                "/s/a.txt/x",
                "/s/../static/a.txt",
                "/s/%2e%2e/static/a.txt",
                "/s/a.txt%00",
                "/s/sub%2findex.html",
                "/s/.hidden",
                "/s/sub/none.html",
                "/s/a.txt%20",
                "/s/A.TXT"
            })
    void findsNothing(String path) throws Exception {
        folder.file(".hidden", "secret");
        try (BrokerHarness broker = start()) {
            String answer = answer(broker, "GET", path);
            assertTrue(answer.startsWith("HTTP/1.1 404 "), answer);
            assertEquals("no_file", Folder.field(answer, "X-Lurcher-Reason"));
        }
    }

    @Test
    void answersANameThatIsTooLongWithNothingFound() throws Exception {
        try (BrokerHarness broker = start()) {
            assertTrue(answer(broker, "GET", "/s/" + "a".repeat(4000)).startsWith("HTTP/1.1 404 "));
            assertTrue(answer(broker, "GET", "/s/" + "a/".repeat(2000)).startsWith("HTTP/1.1 404 "));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/s/sub,/s/sub/",
        "/s/sub?x=1&y=%2F,/s/sub/?x=1&y=%2F",
        "//s/sub,/s/sub/",
        "/s//sub,/s//sub/",
        "/s/sub?,/s/sub/?"
    })
    void leadsToTheFolder(String path, String location) throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                .directory("/s/", folder.path(), DirectoryPolicy.USUAL)
                .directory("//s/", folder.path(), DirectoryPolicy.USUAL)
                .start()) {
            String answer = answer(broker, "GET", path);
            assertTrue(answer.startsWith("HTTP/1.1 301 Moved Permanently\r\n"), answer);
            assertEquals(location, Folder.field(answer, "Location"));
            assertTrue(answer.endsWith("Content-Length: 0\r\n\r\n"), answer);
        }
    }

    @Test
    void letsNobodyWriteOrPost() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            for (String method : new String[] {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
                String answer = ask(client, method, "/s/a.txt").answer();
                assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
                assertEquals("GET, HEAD", Folder.field(answer, "Allow"));
            }
        }
    }

    @Test
    void readsAndDropsTheContentOfAGet() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            ask(client, "GET", "/s/a.txt", "Content-Length: 5");
            client.send("GET /");
            assertTrue(client.answer().endsWith("0123456789"));
            ask(client, "GET", "/s/a.txt", "Transfer-Encoding: chunked");
            client.send("5\r\nGET /\r\n0\r\n\r\n");
            assertTrue(client.answer().endsWith("0123456789"));
            assertTrue(ask(client, "GET", "/s/a.txt", "Content-Length: 99999999")
                    .answer()
                    .startsWith("HTTP/1.1 413 "));
        }
    }

    @Test
    void answersPipelinedRequestsInOrder() throws Exception {
        byte[] large = folder.large("large.bin", 300_000);
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            String one = "GET /s/a.txt HTTP/1.1\r\nHost: a\r\n\r\n";
            String two = "GET /s/large.bin HTTP/1.1\r\nHost: a\r\n\r\n";
            client.send((one + two).repeat(5));
            for (int i = 0; i < 5; i++) {
                assertTrue(client.answer().endsWith("0123456789"));
                assertTrue(client.answer().endsWith(new String(large, ISO_8859_1)));
            }
        }
    }

    @Test
    void saysWhenItClosesTheConnection() throws Exception {
        try (BrokerHarness broker = start()) {
            try (RawClient client = broker.client()) {
                String answer =
                        ask(client, "GET", "/s/a.txt", "Connection: close").untilEnd();
                assertEquals("close", Folder.field(answer, "Connection"));
                assertTrue(answer.endsWith("0123456789"));
            }
            try (RawClient client = broker.client()) {
                String answer = client.send("GET /s/a.txt HTTP/1.0\r\n\r\n").untilEnd();
                assertTrue(answer.endsWith("0123456789"));
            }
            try (RawClient client = broker.client()) {
                assertEquals("", Folder.field(client.get("/s/a.txt").answer(), "Connection"));
            }
        }
    }

    @Test
    void answersConditions() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            String tag = Folder.field(client.get("/s/a.txt").answer(), "ETag");
            assertTrue(tag.matches("\"[0-9a-f]+-a\""), tag);
            String unchanged =
                    ask(client, "GET", "/s/a.txt", "If-None-Match: " + tag).head();
            assertEquals(
                    "HTTP/1.1 304 Not Modified\r\nDate: D\r\nServer: Lurcher\r\nLast-Modified: " + Folder.DATE
                            + "\r\nETag: E\r\n\r\n",
                    withoutDate(unchanged));
            assertTrue(ask(client, "HEAD", "/s/a.txt", "If-Modified-Since: " + Folder.DATE)
                    .head()
                    .startsWith("HTTP/1.1 304 "));
            String failed = ask(client, "GET", "/s/a.txt", "If-Match: \"x\"").answer();
            assertTrue(failed.startsWith("HTTP/1.1 412 "), failed);
            assertEquals("precondition_failed", Folder.field(failed, "X-Lurcher-Reason"));
            // Where there is nothing to compare, there is no condition.
            assertTrue(
                    ask(client, "GET", "/s/none", "If-None-Match: *").answer().startsWith("HTTP/1.1 404 "));
            assertTrue(ask(client, "GET", "/s/sub", "If-None-Match: *").answer().startsWith("HTTP/1.1 301 "));
            assertTrue(client.get("/s/a.txt").answer().endsWith("0123456789"));
        }
    }

    @Test
    void sendsAnEmptyFile() throws Exception {
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            assertEquals("0", Folder.field(client.get("/s/empty.txt").answer(), "Content-Length"));
            assertTrue(ask(client, "GET", "/s/empty.txt", "Range: bytes=0-")
                    .answer()
                    .startsWith("HTTP/1.1 416 "));
        }
    }

    @Test
    void sendsTheEncodedFileToWhomAcceptsIt() throws Exception {
        folder.file("a.txt.gz", "zipped");
        folder.file("a.txt.br", "brotli");
        try (BrokerHarness broker = start();
                RawClient client = broker.client()) {
            String plain = client.get("/s/a.txt").answer();
            String gzip =
                    ask(client, "GET", "/s/a.txt", "Accept-Encoding: gzip").answer();
            String brotli =
                    ask(client, "GET", "/s/a.txt", "Accept-Encoding: gzip, br").answer();
            assertTrue(plain.endsWith("0123456789") && gzip.endsWith("zipped") && brotli.endsWith("brotli"));
            assertEquals("", Folder.field(plain, "Content-Encoding"));
            assertEquals("gzip", Folder.field(gzip, "Content-Encoding"));
            assertEquals("br", Folder.field(brotli, "Content-Encoding"));
            for (String each : new String[] {plain, gzip, brotli}) {
                assertEquals("Accept-Encoding", Folder.field(each, "Vary"));
                assertEquals("text/plain", Folder.field(each, "Content-Type"));
            }
            assertFalse(Folder.field(plain, "ETag").equals(Folder.field(gzip, "ETag")));
            assertEquals("", Folder.field(client.get("/s/index.html").answer(), "Vary"));
        }
    }

    @Test
    void ignoresAnEncodedFileThatIsOlder() throws Exception {
        folder.file("new.txt.gz", "of the old one");
        Files.writeString(folder.path().resolve("new.txt"), "new");
        try (BrokerHarness broker = start()) {
            String answer = answer(broker, "GET", "/s/new.txt", "Accept-Encoding: gzip");
            assertTrue(answer.endsWith("\r\n\r\nnew"), answer);
            assertEquals("", Folder.field(answer, "Vary"));
        }
    }

    @Test
    void doesOnlyWhatTheRowSays() throws Exception {
        folder.file(".env", "dotted");
        folder.file("a.txt.gz", "zipped");
        folder.file("list/<b>&\"'.txt", "x");
        folder.file("list/.hidden", "x");
        Files.createDirectories(folder.path().resolve("list/deep"));
        DirectoryPolicy open = new DirectoryPolicy(Duration.ofHours(1), true, true, false);
        try (BrokerHarness broker = builder(open).start();
                RawClient client = broker.client()) {
            String dotted = client.get("/s/.env").answer();
            assertTrue(dotted.endsWith("dotted"), dotted);
            assertEquals("max-age=3600", Folder.field(dotted, "Cache-Control"));
            assertTrue(Folder.field(dotted, "Expires").endsWith(" GMT"));
            assertTrue(ask(client, "GET", "/s/a.txt", "Accept-Encoding: gzip")
                    .answer()
                    .endsWith("0123456789"));
            String list = client.get("/s/list/").answer();
            assertTrue(list.contains("<a href=\"./%3Cb%3E%26%22%27.txt\">&lt;b&gt;&amp;&quot;&#39;.txt</a>"), list);
            assertTrue(list.contains("<a href=\"./deep/\">deep/</a>"), list);
            assertTrue(list.contains("./.hidden"), list);
            assertTrue(client.get("/s/").answer().endsWith("<p>index"));
        }
        DirectoryPolicy fresh = new DirectoryPolicy(Duration.ZERO, false, true, true);
        try (BrokerHarness broker = builder(fresh).start();
                RawClient client = broker.client()) {
            assertEquals("no-cache", Folder.field(client.get("/s/a.txt").answer(), "Cache-Control"));
            assertFalse(client.get("/s/list/").answer().contains(".hidden"));
            assertTrue(client.get("/s/list").answer().startsWith("HTTP/1.1 301 "));
        }
        try (BrokerHarness broker = start()) {
            assertTrue(answer(broker, "GET", "/s/list/").startsWith("HTTP/1.1 404 "));
        }
    }

    @Test
    void countsAndLogsWhatItAnswers() throws Exception {
        List<String> log = new CopyOnWriteArrayList<>();
        try (BrokerHarness broker = builder(DirectoryPolicy.USUAL)
                        .log(record -> log.add(record.status() + " " + record.reason() + " " + record.route()))
                        .with(Setting.ACCESS_LOG_FORMAT, "json")
                        .start();
                RawClient client = broker.client()) {
            client.get("/s/a.txt").answer();
            client.get("/s/none").answer();
            client.get("/s/sub").answer();
            Await.until("three lines", () -> log.size() == 3);
            assertEquals(List.of("200  /s/", "404 no_file /s/", "301  /s/"), log);
            assertEquals(1, broker.broker().counters().get(Counter.NO_FILE));
        }
    }
}
