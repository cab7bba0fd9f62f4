package dev.lurcher.samples;

import dev.lurcher.worker.EventStream;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Work that takes longer than a request: it is begun by POST /jobs, and a page shows how far it is. */
public final class Job {
    private static final String PAGE = """
        <!doctype html><title>Job</title><progress id=bar max=100 value=0></progress> <b id=text></b>
        <form method=post action=/jobs><button>Begin</button></form><script>
        const events = new EventSource('/progress' + location.search)
        events.onmessage = event => bar.value = event.data
        events.addEventListener('done', event => { events.close(); bar.value = 100; text.textContent = 'done' })</script>
        """;

    private final List<AtomicInteger> jobs = new CopyOnWriteArrayList<>();

    /** Serves until Ctrl-C: bin/sample job --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Job job = new Job();
        Router routes = new Router().get("/", request -> Response.html(PAGE)).post("/jobs", request -> job.begin());
        Worker.builder().run(arguments, routes.get("/progress", job::progress));
    }

    private Response begin() {
        AtomicInteger percent = new AtomicInteger();
        jobs.add(percent);
        Thread.ofVirtual().start(() -> {
            while (percent.incrementAndGet() < 100) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(30));
            }
        });
        return Response.redirect("/?" + (jobs.size() - 1)).withStatus(303);
    }

    private Response progress(Request request) {
        String id = String.valueOf(request.query());
        if (!id.matches("[0-9]{1,9}") || Integer.parseInt(id) >= jobs.size()) {
            return Response.error(404, "No such job");
        }
        return Response.events(events -> show(events, jobs.get(Integer.parseInt(id))));
    }

    private static void show(EventStream events, AtomicInteger percent) throws Exception {
        while (events.isOpen() && percent.get() < 100) {
            events.send(percent.toString());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
        events.send(null, "done", "");
    }
}
