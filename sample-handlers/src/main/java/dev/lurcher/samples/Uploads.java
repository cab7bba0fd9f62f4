package dev.lurcher.samples;

import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Takes uploads of any size and answers with their length and SHA-256, however the broker is set to hand them on: in one
 * message, by a file, or part by part.
 *
 * <pre>{@code
 * bin/sample uploads --config config.sqlite --handler hello        curl -T large.iso http://127.0.0.1:6767/
 * }</pre>
 */
public final class Uploads {
    private Uploads() {}

    /** Serves until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}. */
    public static void main(String[] arguments) {
        Worker.builder().run(arguments, Uploads::respond);
    }

    private static Response respond(Request request) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[64 * 1024];
        long bytes = 0;
        try (InputStream in = request.stream()) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                digest.update(block, 0, read);
                bytes += read;
            }
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        return Response.json("{\"bytes\":" + bytes + ",\"sha256\":\"" + sha256 + "\"}\n");
    }
}
