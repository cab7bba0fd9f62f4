package dev.lurcher.worker;

/** What a worker does: makes responses of requests. */
@FunctionalInterface
public interface Responder {
    /**
     * Answers one request. Called by the thread that serves, or by several at once where the worker has threads; a request whose
     * content comes part by part is always answered by another thread. Messages of one client's WebSocket or message socket
     * come one after the other.
     *
     * <p>A {@link ResponseException} is an answer; any other exception becomes one of status 500 with an id, by which its stack
     * trace is found in the log.
     *
     * @return what to send; {@link Response#none} if it was sent already, or comes later through {@link Request#reply}
     * @throws Exception whatever went wrong
     */
    Response respond(Request request) throws Exception;
}
