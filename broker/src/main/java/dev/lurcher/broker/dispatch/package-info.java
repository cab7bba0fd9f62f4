/**
 * Hands routed requests to workers and their replies to clients.
 * <p>In: an {@link dev.lurcher.broker.dispatch.Exchange} from {@code http}; reply frames from {@code zmtp}. Out: one ZMTP
 * frame per request; bytes for a {@link dev.lurcher.broker.dispatch.Client}.
 * <p>Thread: event loops. A pool's lock is held for the choice of a worker only, never for I/O; connection ids belong to the
 * loop of their client and need no lock.
 * <p>Full: {@code offer} says so and the client gets 503. Broken replies are dropped and counted; nothing else happens.
 */
@NullMarked
package dev.lurcher.broker.dispatch;

import org.jspecify.annotations.NullMarked;
