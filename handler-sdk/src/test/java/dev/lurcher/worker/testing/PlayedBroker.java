package dev.lurcher.worker.testing;

import dev.lurcher.worker.Endpoints;
import java.time.Duration;

/** A broker that a test plays itself, of either kind. For one worker; belongs to the thread of the test. */
public interface PlayedBroker extends AutoCloseable {
    Duration DEADLINE = Duration.ofSeconds(20);

    String sender();

    Endpoints endpoints();

    /** Hands out a message; waits until there is a worker for it. */
    void raw(String frame);

    /** The next reply. */
    String reply();

    @Override
    void close();

    /** Hands out a GET request. */
    default void request(long id, String path) {
        request(id, path, "{\"PATH\":\"" + path + "\",\"METHOD\":\"GET\",\"VERSION\":\"HTTP/1.1\"}", "");
    }

    default void request(long id, String path, String headers, String content) {
        raw(sender() + " " + id + " " + path + " " + headers.length() + ":" + headers + "," + content.length() + ":"
                + content + ",");
    }
}
