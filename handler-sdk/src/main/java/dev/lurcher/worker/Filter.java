package dev.lurcher.worker;

/** Stands before the routes of a {@link Router}: looks at requests, refuses them, changes answers. */
@FunctionalInterface
public interface Filter {
    /**
     * Answers a request, or has it answered.
     *
     * @param next the filters behind this one, and the routes; what they refuse is an answer, not an exception
     * @return what to send, as in {@link Responder#respond}
     * @throws Exception whatever went wrong
     */
    Response filter(Request request, Responder next) throws Exception;
}
