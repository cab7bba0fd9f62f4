package dev.lurcher.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.lang.management.ManagementFactory;

/**
 * A worker that does nothing but answer, as {@code worker.c} does: SEND_SPEC RECV_SPEC SENDER [classic].
 *
 * <p>Asked for {@code /allocated} it says how many bytes all its threads have allocated so far, and for how many requests.
 */
public final class TrivialWorker {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long requests;

    private TrivialWorker() {}

    /** Serves until it is ended. */
    public static void main(String[] arguments) {
        Endpoints broker = new Endpoints(arguments[0], arguments[1], arguments[2]);
        WorkerBuilder builder = Worker.builder().brokers(broker).classic(arguments.length > 3);
        try (Worker worker = builder.build()) {
            worker.serve(new TrivialWorker()::respond);
        }
    }

    private Response respond(Request request) {
        requests++;
        return request.path().equals("/allocated")
                ? Response.text(THREADS.getTotalThreadAllocatedBytes() + " " + requests)
                : Response.text("hello\n");
    }
}
