/**
 * The broker itself: builds the parts, starts them, closes them in reverse order.
 * <p>In: a configuration. Out: a running server.
 * <p>Thread: built and closed by the thread that calls; everything on the road of a request runs on event loops.
 * <p>Broken: what cannot be bound or opened is reported together and nothing is left running.
 */
@NullMarked
package dev.lurcher.broker;

import org.jspecify.annotations.NullMarked;
