/**
 * Hands routed requests to upstream HTTP servers and reads their answers.
 * <p>In: a {@link dev.lurcher.broker.proxy.UpstreamRequest} and its content from {@code http}. Out: what
 * {@link dev.lurcher.broker.proxy.AnswerListener} hears; nothing of either side is passed on as it came, all is written anew.
 * <p>Thread: the event loop of the client's connection; its connections to upstreams live on the same one, so there is no lock.
 * <p>Full: requests wait in a bounded queue, then {@code offer} says so. Broken: an answer that is not sound to the last byte
 * costs its connection, and what stands behind an answer reaches nobody.
 */
@NullMarked
package dev.lurcher.broker.proxy;

import org.jspecify.annotations.NullMarked;
