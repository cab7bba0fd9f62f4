package dev.lurcher.worker;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Has the content of one response written, and sees to its end. Run once. */
final class Streaming implements Runnable {
    private static final Logger LOG = System.getLogger(Streaming.class.getName());

    private final Request request;
    private final BodyWriter writer;
    private final Pace pace;
    private final BodyStream body;
    private final boolean closes;

    /**
     * Made of a response with a writer.
     *
     * @param head status line and fields
     * @param chunked whether the end of the content is marked; otherwise the connection must be closed behind it
     * @param closes whether the client's connection is closed behind the content
     */
    Streaming(Request request, BodyWriter writer, byte[] head, boolean chunked, boolean closes) {
        this.request = request;
        this.writer = writer;
        this.closes = closes;
        pace = request.connection().pace(request.client().connectionId());
        body = new BodyStream(request, pace, head, chunked);
    }

    /** Nothing that a writer throws may end the thread: the client gets an answer, or less of it, the log the reason. */
    @Override
    public void run() {
        try {
            writer.write(body);
            body.finish();
            if (closes) {
                request.close();
            }
        } catch (Throwable e) {
            if (pace.isEnded()) {
                LOG.log(Level.DEBUG, "Nobody is left to write for at " + request, e);
            } else {
                LOG.log(Level.ERROR, "Failed at " + request, e);
                request.fail();
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
