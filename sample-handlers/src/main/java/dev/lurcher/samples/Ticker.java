package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import dev.lurcher.worker.WorkerException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells the time each second, as server-sent events: {@code curl -N .../events}, or a browser at any other path.
 *
 * <pre>{@code
 * bin/sample ticker --config config.sqlite --handler hello
 * }</pre>
 */
public final class Ticker {
    private static final String PAGE = "<!doctype html><title>Ticker</title><h1 id=now>...</h1><script>"
            + "new EventSource('events').onmessage = event => now.textContent = event.data</script>";

    private final Worker worker;

    private Ticker(Worker worker) {
        this.worker = worker;
    }

    /** Serves until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}. */
    public static void main(String[] arguments) {
        try (Worker worker = Worker.builder().arguments(arguments).build()) {
            worker.serve(new Ticker(worker)::respond);
        } catch (WorkerException e) {
            System.err.println("ticker: " + e.getMessage());
            System.exit(2);
        }
    }

    private Response respond(Request request) {
        if (!request.path().endsWith("/events")) {
            return Response.html(PAGE);
        }
        return Response.of(200).withField("Cache-Control", "no-store").withBody("text/event-stream", this::tick);
    }

    /** Runs in a thread of its own for each client, and ends by an exception when that has gone. */
    private void tick(OutputStream events) throws IOException {
        while (!worker.isStopped()) {
            String event = "data: " + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n\n";
            events.write(event.getBytes(StandardCharsets.US_ASCII));
            events.flush();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
