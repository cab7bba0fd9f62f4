package dev.lurcher.samples;

import dev.lurcher.protocol.UploadPart;
import dev.lurcher.worker.Client;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerArguments;
import dev.lurcher.worker.WorkerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes uploads of any size and answers with their length and SHA-256, however the broker is set to hand them on: in one
 * message, by a file, or part by part.
 *
 * <pre>{@code
 * bin/sample uploads --config config.sqlite --handler hello        curl -T large.iso http://127.0.0.1:6767/
 * }</pre>
 */
public final class Uploads {
    /** How much of one upload may be on its way here. */
    private static final int WINDOW_BYTES = 1 << 20;

    /** What comes part by part, by client. */
    private final Map<Client, Received> underWay = new ConcurrentHashMap<>();

    private Uploads() {}

    /** Serves until Ctrl-C. Arguments: {@link WorkerArguments}. */
    public static void main(String[] arguments) {
        Uploads uploads = new Uploads();
        try (Worker worker =
                new Worker(WorkerArguments.settings(arguments).withOnDisconnect(uploads.underWay::remove))) {
            worker.serve(uploads::respond);
        } catch (WorkerException e) {
            System.err.println("uploads: " + e.getMessage());
            System.exit(2);
        }
    }

    private Response respond(Request request) throws IOException {
        if (request.part() != null) {
            return take(request, request.part());
        }
        Received received = new Received(request);
        if (request.uploadedFile() != null) {
            received.addFile(Path.of(Request.utf8(request.uploadedFile())));
        } else {
            received.add(request.content());
        }
        if (request.isUploadStream()) {
            underWay.put(request.client(), received);
            request.grant(WINDOW_BYTES);
            return Response.none();
        }
        return received.response();
    }

    /** A later part: what was taken of the window is granted again, and after the last one the request is answered. */
    private Response take(Request message, UploadPart part) {
        Received received = underWay.get(message.client());
        if (received != null) {
            received.add(message.content());
            if (part.last()) {
                underWay.remove(message.client());
                received.request.reply(received.response());
            } else {
                message.grant(message.content().length);
            }
        }
        return Response.none();
    }

    /** What has come of one upload. */
    private static final class Received {
        private final Request request;
        private final MessageDigest digest;
        private long bytes;

        private Received(Request request) {
            this.request = request;
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        private void add(byte[] part) {
            digest.update(part);
            bytes += part.length;
        }

        /** The file is this worker's: it goes when it has been read. */
        private void addFile(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] block = new byte[64 * 1024];
                for (int read = in.read(block); read >= 0; read = in.read(block)) {
                    digest.update(block, 0, read);
                    bytes += read;
                }
            } finally {
                Files.deleteIfExists(file);
            }
        }

        private Response response() {
            return Response.json(
                    "{\"bytes\":" + bytes + ",\"sha256\":\"" + HexFormat.of().formatHex(digest.digest()) + "\"}\n");
        }
    }
}
