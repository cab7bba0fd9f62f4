package dev.lurcher.worker;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the content of one response written, and sees to its end. Run once. */
final class Streaming implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Streaming.class);

    private final Request request;
    private final Response response;
    private final Pace pace;
    private final BodyStream body;
    private final boolean closes;

    /**
     * Made of a response with a writer.
     *
     * @param response what is sent; it has a writer
     * @param head its status line and fields
     * @param closes whether the client's connection is closed behind the content
     */
    Streaming(Request request, Response response, byte[] head, boolean closes) {
        this.request = request;
        this.response = response;
        this.closes = closes;
        pace = request.connection().pace(request.client().connectionId());
        body = new BodyStream(request, pace, head, response.contentBytes());
    }

    /** Nothing that a writer throws may end the thread: the client gets an answer, or less of it, the log the reason. */
    @Override
    public void run() {
        try {
            Objects.requireNonNull(response.body()).write(body);
            body.finish();
            if (closes) {
                request.close();
            }
            request.finish(response.status());
        } catch (Throwable e) {
            if (pace.isEnded()) {
                LOG.debug("Nobody is left to write for at {}", request, e);
                request.finish(response.status());
            } else {
                Failure.answer(request, e);
            }
        } finally {
            end();
        }
    }

    /** Is not needed any more, or never was run. */
    void end() {
        request.connection().forget(request.client().connectionId(), pace);
        request.connection().release();
    }
}
