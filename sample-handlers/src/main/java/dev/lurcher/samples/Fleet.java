package dev.lurcher.samples;

import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerListener;

/** One worker for several brokers at once, 50 requests at a time, each in a thread of its own. */
public final class Fleet implements WorkerListener {
    private Fleet() {}

    /** Serves until Ctrl-C: bin/sample fleet --config one.sqlite,two.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Worker.builder()
                .application("fleet", "1.0")
                .threads(50)
                .capacity(100)
                .listener(new Fleet())
                .run(arguments, Fleet::respond);
    }

    private static Response respond(Request request) {
        return Response.text("By broker " + request.client().broker() + ", in "
                + Thread.currentThread().getName() + ".\n");
    }

    @Override
    public void onConnected(Endpoints broker) {
        System.out.println("Serves " + broker.sendSpec());
    }

    @Override
    public void onLost(Endpoints broker) {
        System.out.println("Misses " + broker.sendSpec());
    }
}
