package dev.lurcher.worker.servlet;

import dev.lurcher.worker.Request;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;

/**
 * The content of one request, however the broker hands it over.
 *
 * @param source where it is read
 * @param comes whether parts of it may not be here yet
 * @param closing what is done when the request is done with
 */
record RequestContent(Content.Source source, boolean comes, Runnable closing) {
    private static final Logger LOG = System.getLogger(RequestContent.class.getName());

    /** That of a request; of a file with buffers of a pool. */
    static RequestContent of(Request request, Uploads uploads, ByteBufferPool pool) {
        String uploaded = request.uploadedFile();
        if (uploaded != null) {
            Path file = Path.of(uploaded);
            Content.Source source = Content.Source.from(new ByteBufferPool.Sized(pool), file);
            return new RequestContent(source, false, () -> delete(file));
        }
        if (request.isUploadStream()) {
            PartedContent parts = uploads.begin(request);
            return new RequestContent(parts, true, () -> uploads.end(request.client(), parts));
        }
        return new RequestContent(new ByteBufferContentSource(ByteBuffer.wrap(request.content())), false, () -> {});
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "Cannot delete the uploaded file " + file, e);
        }
    }
}
