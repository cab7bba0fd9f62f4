package dev.lurcher.worker;

/** What a worker does: makes responses of requests. */
@FunctionalInterface
public interface Responder {
    /**
     * Answers one request. Called by the thread that serves, or by several at once where the worker has threads. An exception
     * becomes a response of status 500 and a line in the log.
     *
     * <p>With uploads by stream it is called for each part as well ({@link Request#part}), in their order where the worker has
     * one thread; parts are answered with {@link Response#none}.
     *
     * @return what to send; {@link Response#none} if it was sent already, or comes later through {@link Request#reply}
     * @throws Exception whatever went wrong
     */
    Response respond(Request request) throws Exception;
}
