package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;

/**
 * Says hello, and which process of how many says it: start several and watch the broker share the work among them.
 *
 * <pre>{@code
 * java -cp 'target/lurcher-sample-handlers-0.1.0.jar:target/lib/*' dev.lurcher.samples.Hello \
 *     --config config.sqlite --handler hello
 * }</pre>
 */
public final class Hello {
    private final String name = "process " + ProcessHandle.current().pid();
    private int count;

    private Hello() {}

    /** Serves until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, new Hello()::respond);
    }

    private Response respond(Request request) {
        count++;
        return Response.text("Hello from " + name + ", its answer number " + count + ".\n");
    }
}
