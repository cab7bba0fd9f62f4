/**
 * A servlet application that knows nothing of brokers: sessions, uploads, streams, answers that come later.
 * <p>In: HTTP, by whatever container runs it. Out: HTTP.
 * <p>Thread: the container's.
 * <p>Broken: what a servlet throws is the container's error page.
 */
@NullMarked
package dev.lurcher.samples.webapp;

import org.jspecify.annotations.NullMarked;
