package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.RequestReader;
import java.util.ArrayList;
import java.util.List;

/** Requests of one connection that never met a broker, and what was sent for them. */
final class Captured {
    private final List<String> sent = new ArrayList<>();
    private final Connection connection;

    Captured() {
        Threads threads = new Threads(null, false, 1, Runnable::run);
        Crew crew = new Crew(new Streams(threads.streams()), new Turns(threads), new WorkerListener() {});
        Outgoing out = (broker, frame) -> sent.add(new String(frame, ISO_8859_1));
        connection = new Connection(new Way(0, out, crew, () -> {}));
    }

    Request request(String method, String path) {
        return request(1, method, path, "", "");
    }

    /** @param more further entries of the headers, each with a comma before it */
    Request request(int id, String method, String path, String more, String content) {
        String headers =
                "{\"PATH\":\"" + path + "\",\"METHOD\":\"" + method + "\",\"VERSION\":\"HTTP/1.1\"" + more + "}";
        String frame = "S " + id + " " + path + " " + headers.length() + ":" + headers + "," + content.length() + ":"
                + content + ",";
        return new Request(RequestReader.read(frame.getBytes(ISO_8859_1)), connection);
    }

    Connection connection() {
        return connection;
    }

    /** What was sent since this was asked last, chars 0..255. */
    List<String> sent() {
        List<String> all = List.copyOf(sent);
        sent.clear();
        return all;
    }
}
