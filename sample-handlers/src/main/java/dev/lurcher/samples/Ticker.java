package dev.lurcher.samples;

import dev.lurcher.worker.EventStream;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Tells the time each second, as server-sent events: curl -N .../events, or a browser at any other path. */
public final class Ticker {
    private static final String PAGE = "<!doctype html><title>Ticker</title><h1 id=now>...</h1><script>"
            + "new EventSource('/events').onmessage = event => now.textContent = event.data</script>";

    private Ticker() {}

    /** Serves until Ctrl-C: bin/sample ticker --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Router routes = new Router()
                .get("/events", request -> Response.events(Ticker::tick))
                .get("/{page...}", request -> Response.html(PAGE));
        Worker.builder().run(arguments, routes);
    }

    /** Runs in a thread of its own for each client, and ends when that has gone or the worker stops. */
    private static void tick(EventStream events) throws IOException {
        while (events.isOpen()) {
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            events.send(Long.toString(now.getEpochSecond()), null, now.toString());
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
