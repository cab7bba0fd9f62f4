package dev.lurcher.worker;

import java.io.OutputStream;

/** Writes the content of a response piece by piece: one that is large, or that comes into being over time. */
@FunctionalInterface
public interface BodyWriter {
    /**
     * Writes the content. Called once for each request that is so answered, by a thread that the answer has for itself; see
     * {@link Response#withBody}.
     *
     * @param body takes the content. Small pieces are gathered; {@code flush} sends them on, and the head of the response
     *     before all content. It blocks while the client is behind; it throws an {@code IOException} when the client or the
     *     broker is gone, or the worker ends: then there is nobody to write for. Closing it is not needed.
     * @throws Exception whatever went wrong: the client's connection is closed without the end of the content, or a response
     *     of status 500 is sent if nothing was sent before
     */
    void write(OutputStream body) throws Exception;
}
