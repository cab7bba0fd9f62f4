package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;

/** Says hello, and which process of how many says it: start several and watch the broker share the work among them. */
public final class Hello {
    private final String name = "process " + ProcessHandle.current().pid();
    private int count;

    private Hello() {}

    /** Serves until Ctrl-C: bin/sample hello --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, new Hello()::respond);
    }

    private Response respond(Request request) {
        count++;
        return Response.text("Hello from " + name + ", its answer number " + count + ".\n");
    }
}
