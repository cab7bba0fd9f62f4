/**
 * What a running broker shows of itself: metrics for Prometheus, health, readiness, and what became of a request.
 * <p>In: figures that the other packages keep anyway. Out: the pages of the admin listener.
 * <p>Thread: figures are summed by the thread that asks, which is no event loop; nothing here is on the road of a request.
 * <p>Full or broken: the number of series is bounded by the configuration; a page that fails is an answer 500 and one line in the log.
 */
@NullMarked
package dev.lurcher.broker.metrics;

import org.jspecify.annotations.NullMarked;
