package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The samples in Python that keep what they know in SQLite, so that several processes are one service. */
@Timeout(120)
class PythonSamplesIT {
    @TempDir
    private Path directory;

    private PythonSite site;

    @BeforeEach
    void configure() throws Exception {
        site = PythonSite.in(directory, "\"limits.content_length\": 65536");
    }

    @Test
    void notesAreKeptByWhicheverProcessAnswers() throws Exception {
        try (BrokerProcess broker = site.broker();
                Running one = site.worker("notes.py");
                Running other = site.worker("notes.py", "--threads", "4")) {
            assertAnswer(200, "[]", send("GET", "/notes", ""));
            HttpResponse<String> made = send("POST", "/notes", "{\"text\": \"Gr\u00fc\u00dfe\"}");
            assertAnswer(201, "{\"id\": 1, \"text\": \"Gr\\u00fc\\u00dfe\"}", made);
            assertEquals("/notes/1", made.headers().firstValue("Location").orElseThrow());
            for (int i = 2; i <= 20; i++) {
                assertEquals(
                        201, send("POST", "/notes", "{\"text\": \"" + i + "\"}").statusCode());
            }
            assertAnswer(200, "{\"id\": 2, \"text\": \"two\"}", send("PUT", "/notes/2", "{\"text\": \"two\"}"));
            assertAnswer(200, "{\"id\": 2, \"text\": \"two\"}", send("GET", "/notes/2", ""));
            assertEquals(200, send("DELETE", "/notes/2", "").statusCode());
            assertAnswer(404, "{\"error\": \"there is no note 2\"}", send("GET", "/notes/2", ""));
            assertEquals(404, send("GET", "/other", "").statusCode());
            assertEquals(400, send("POST", "/notes", "{").statusCode());
            assertEquals(400, send("POST", "/notes", "{\"text\": 1}").statusCode());
            HttpResponse<String> refused = send("PATCH", "/notes", "");
            assertEquals(405, refused.statusCode());
            assertEquals("GET, POST", refused.headers().firstValue("Allow").orElseThrow());
            one.signal("TERM");
            assertEquals(0, one.exitCode());
            assertEquals(200, send("GET", "/notes/20", "").statusCode());
        }
    }

    @Test
    void jobsAreFinishedAndFollowedByThePage() throws Exception {
        String output = "document.querySelector('output').value";
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("jobs.py");
                Browser chromium = Browser.start(directory);
                Browser.Page page = chromium.open(site.uri("/").toString())) {
            page.await("true", "document.querySelector('form')?.onsubmit instanceof Function");
            page.evaluate("document.querySelector('button').click()");
            page.await("64", output + ".length");
            assertEquals("100", page.evaluate("document.querySelector('progress').value"));
            assertEquals(404, send("GET", "/jobs/2", "").statusCode());
            assertEquals(404, send("GET", "/jobs/x", "").statusCode());
            // What was begun is done before the process ends.
            assertTrue(send("POST", "/jobs", "lurcher").body().contains("\"result\": null"));
            worker.signal("TERM");
            assertEquals(0, worker.exitCode());
        }
        try (BrokerProcess broker = site.broker();
                Running worker = site.worker("jobs.py")) {
            String done = send("GET", "/jobs/2", "").body();
            assertTrue(done.contains("\"done\": 100"), done);
        }
    }

    private HttpResponse<String> send(String method, String path, String content)
            throws IOException, InterruptedException {
        return site.http()
                .send(
                        site.request(path)
                                .method(method, BodyPublishers.ofString(content))
                                .build(),
                        BodyHandlers.ofString());
    }

    private static void assertAnswer(int status, String content, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(content + "\n", answer.body());
    }
}
