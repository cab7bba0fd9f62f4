package dev.lurcher.worker;

/** Sends events to one client: see {@link Response#events}. */
@FunctionalInterface
public interface EventWriter {
    /**
     * Sends events. Called once, by a thread that the answer has for itself; the stream ends when this returns.
     *
     * @throws Exception whatever went wrong: the client's connection is closed
     */
    void write(EventStream events) throws Exception;
}
