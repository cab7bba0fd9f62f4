package dev.lurcher.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A real browser without a window, Debian's chromium, asked over its DevTools protocol. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LISTENING = "DevTools listening on ws://";
    private static final long DEADLINE_SECONDS = 20;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Running process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    private Browser(Running process, String address) {
        this.process = process;
        this.address = address;
    }

    static Browser start(Path directory) throws IOException, InterruptedException {
        // Not in the test's own folder: what the browser's children still write would keep that from being deleted.
        // A short name: the path of a socket in it has a limit.
        Path profile = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "b");
        Running process = Running.start(
                "chromium",
                directory,
                Map.of("HOME", profile.toString(), "TMPDIR", profile.toString()),
                List.of(
                        "chromium",
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank"));
        String line = process.errors().await(each -> each.startsWith(LISTENING));
        return new Browser(process, line.substring(LISTENING.length(), line.indexOf('/', LISTENING.length())));
    }

    /** Opens a page in a tab of its own. */
    Page open(String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?" + url))
                .PUT(BodyPublishers.noBody())
                .build();
        JsonNode tab = JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
        return new Page(http, tab.path("webSocketDebuggerUrl").asText());
    }

    @Override
    public void close() {
        process.close();
    }

    /** One tab. */
    static final class Page implements AutoCloseable, WebSocket.Listener {
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();
        private final WebSocket socket;
        private int asked;

        private Page(HttpClient http, String debugger) {
            socket = http.newWebSocketBuilder()
                    .buildAsync(URI.create(debugger), this)
                    .join();
        }

        /** The value of an expression, as text. */
        String evaluate(String expression) throws IOException, InterruptedException {
            String question = JSON.writeValueAsString(Map.of(
                    "id",
                    ++asked,
                    "method",
                    "Runtime.evaluate",
                    "params",
                    Map.of("expression", "String(" + expression + ")", "returnByValue", true)));
            socket.sendText(question, true).join();
            while (true) {
                String answer = answers.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
                if (answer == null) {
                    throw new AssertionError("the browser does not answer " + expression);
                }
                JsonNode message = JSON.readTree(answer);
                if (message.path("id").asInt() == asked) {
                    return message.path("result").path("result").path("value").asText();
                }
            }
        }

        /** Waits until the value of an expression is this. */
        void await(String wanted, String expression) throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            String found = evaluate(expression);
            while (!found.equals(wanted)) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(expression + " is \"" + found + "\" and not \"" + wanted + "\"");
                }
                LockSupport.parkNanos(LOOK_NANOS);
                found = evaluate(expression);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                answers.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public void close() throws IOException, InterruptedException {
            socket.sendText("{\"id\":0,\"method\":\"Page.close\"}", true).join();
            socket.abort();
        }
    }
}
