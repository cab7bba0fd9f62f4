package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.Worker;
import java.io.IOException;
import java.io.OutputStream;

/** A table of any length, made while it is sent, no faster than the client takes it: GET /squares.csv?rows=100000000. */
public final class Download {
    private Download() {}

    /** Serves until Ctrl-C: bin/sample download --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, new Router().get("/squares.csv", Download::respond));
    }

    private static Response respond(Request request) {
        String asked = request.query("rows");
        long rows = asked == null ? 1_000_000 : number(asked);
        return Response.of(200)
                .withField("Content-Disposition", "attachment; filename=squares.csv")
                .withBody("text/csv", table -> write(table, rows));
    }

    /** Waits in the middle of it while the client is behind, and ends by an exception when that has gone. */
    private static void write(OutputStream table, long rows) throws IOException {
        table.write("number,square\n".getBytes(US_ASCII));
        for (long i = 1; i <= rows; i++) {
            table.write((i + "," + i * i + "\n").getBytes(US_ASCII));
        }
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw Response.error(400, "rows is a number").exception();
        }
    }
}
