package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.CookieManager;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sample sites in Python, each with a real framework as Debian has it. */
@Timeout(120)
class PythonFrameworksIT {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Path SAMPLES = ProjectCopy.SOURCES.resolve("sample-handlers/python");

    @TempDir
    private Path directory;

    private PythonSite site;
    private final HttpClient browser = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .cookieHandler(new CookieManager())
            .build();

    @BeforeEach
    void configure() throws Exception {
        site = PythonSite.in(directory, "\"upload.temp_store\": \"DIRECTORY/up.XXXXXX\"");
    }

    @Test
    void flaskServesItsSite() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("wsgi.py", "flask_site:app")) {
            assertTrue(get("/").body().contains("<h1>Hello, you</h1>"));
            assertTrue(
                    post("/name", FORM, BodyPublishers.ofString("name=%3CAda%3E"))
                            .body()
                            .contains("<h1>Hello, &lt;Ada&gt;</h1>"),
                    "a redirect, and a session in a cookie");
            assertEquals(
                    "{\"address\":\"127.0.0.1\",\"number\":7,\"query\":[\"a\",\"b c\"]}",
                    get("/users/7?q=a&q=b%20c").body().replaceAll("[ \n](?!c)", ""));
            byte[] large = new byte[1_000_000];
            new Random(1).nextBytes(large);
            String uploaded = post("/files", "multipart/form-data; boundary=xx", multipart(large))
                    .body();
            assertTrue(uploaded.contains(Digests.sha256(large)), uploaded);
            assertEquals(
                    3,
                    get("/clock?ticks=3&pause=0")
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("data: "))
                            .count());
            HttpResponse<String> source = get("/source");
            assertEquals(Files.readString(SAMPLES.resolve("flask_site.py")), source.body());
            String tag = source.headers().firstValue("ETag").orElseThrow();
            assertEquals(
                    304,
                    browser.send(
                                    site.request("/source")
                                            .header("If-None-Match", tag)
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode());
            assertEquals(404, get("/nothing").statusCode());
            HttpResponse<String> broken = get("/broken");
            assertEquals(500, broken.statusCode());
            assertFalse(broken.body().contains("for the log only"));
            worker.errors().await(line -> line.contains("RuntimeError: what is wrong is for the log only"));
            stop(worker);
        }
    }

    @Test
    void djangoServesItsSiteByEitherWay() throws Exception {
        for (List<String> way :
                List.of(List.of("wsgi.py", "django_site:application"), List.of("asgi.py", "django_site:asgi"))) {
            try (BrokerProcess broker = site.broker();
                    Running worker = site.worker(way.get(0), way.get(1))) {
                HttpResponse<String> form = get("/");
                assertTrue(form.body().contains("<h1>Hello, you</h1>"), form.body());
                Matcher token = Pattern.compile("name=\"csrfmiddlewaretoken\" value=\"([^\"]+)\"")
                        .matcher(form.body());
                assertTrue(token.find(), form.body());
                String filled = "csrfmiddlewaretoken=" + token.group(1) + "&name=Ada";
                assertTrue(
                        post("/", FORM, BodyPublishers.ofString(filled)).body().contains("<h1>Hello, Ada</h1>"));
                assertEquals(
                        403,
                        post("/", FORM, BodyPublishers.ofString("name=Ada")).statusCode());
                assertEquals(
                        "{\"number\": 7, \"query\": [\"a\"], \"secure\": false}",
                        get("/users/7?q=a").body());
                byte[] large = new byte[1_000_000];
                new Random(2).nextBytes(large);
                assertEquals(
                        Digests.sha256(large),
                        post("/digest", "application/x", BodyPublishers.ofByteArray(large))
                                .body());
                assertEquals(
                        IntStream.range(0, 1000).boxed().toList(),
                        get("/numbers").body().lines().map(Integer::valueOf).toList());
                assertEquals(
                        Files.readString(SAMPLES.resolve("django_site.py")),
                        get("/source").body());
                assertEquals(404, get("/nothing").statusCode());
                stop(worker);
            }
        }
    }

    @Test
    void theAsgiPageCountsItsGuests() throws Exception {
        String count = "document.getElementById('count').textContent";
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("asgi.py", "asgi_site:app");
                Browser chromium = Browser.start(directory);
                Browser.Page one = chromium.open(site.uri("/").toString())) {
            one.await("You are 1", count);
            try (Browser.Page other = chromium.open(site.uri("/").toString())) {
                other.await("You are 2", count);
                one.await("You are 2", count);
            }
            one.await("You are 1", count);
            stop(worker);
        }
    }

    private static void stop(Running worker) throws Exception {
        worker.signal("TERM");
        assertEquals(0, worker.exitCode());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return browser.send(site.request(path).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, BodyPublisher content)
            throws IOException, InterruptedException {
        return browser.send(
                site.request(path).header("Content-Type", type).POST(content).build(), BodyHandlers.ofString());
    }

    private static BodyPublisher multipart(byte[] content) {
        String head =
                "--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"large.bin\"\r\nContent-Type: x/y\r\n\r\n";
        return BodyPublishers.concat(
                BodyPublishers.ofString(head),
                BodyPublishers.ofByteArray(content),
                BodyPublishers.ofString("\r\n--xx--\r\n"));
    }
}
