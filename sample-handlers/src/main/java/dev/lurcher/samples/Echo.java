package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;

/**
 * Shows what a worker receives: what the broker says, every field the client sent, and the content.
 *
 * <pre>{@code
 * java -cp 'target/lurcher-sample-handlers-0.1.0.jar:target/lib/*' dev.lurcher.samples.Echo \
 *     --send tcp://127.0.0.1:9997 --recv tcp://127.0.0.1:9996 --sender echo
 * }</pre>
 */
public final class Echo {
    private Echo() {}

    /** Serves until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, Echo::respond);
    }

    private static Response respond(Request request) {
        StringBuilder text = new StringBuilder();
        text.append("SENDER: ").append(request.client().sender()).append('\n');
        text.append("CONNECTION: ").append(request.client().connectionId()).append('\n');
        for (Field variable : request.message().variables()) {
            text.append(variable.name()).append(": ").append(variable.value()).append('\n');
        }
        text.append('\n');
        for (Field field : request.fields()) {
            text.append(field.name()).append(": ").append(field.value()).append('\n');
        }
        text.append('\n').append(new String(request.content(), ISO_8859_1));
        // Texts of a request are the client's octets as chars 0..255: written so, it gets its octets back.
        return Response.of(200).withContent("text/plain", text.toString().getBytes(ISO_8859_1));
    }
}
