package dev.lurcher.worker;

/**
 * An exception that is an answer: a responder that throws it answers with its response, and nothing is logged. For what is found
 * out deep inside: {@code throw Response.error(404, "No such user").exception()}.
 */
public final class ResponseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Response response;

    ResponseException(Response response) {
        super("status " + response.status(), null, false, false);
        this.response = response;
    }

    /** What the client gets. */
    public Response response() {
        return response;
    }
}
