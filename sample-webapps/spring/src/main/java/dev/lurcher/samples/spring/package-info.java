/**
 * A Spring MVC application that knows nothing of brokers.
 * <p>In: HTTP, by whatever container runs it. Out: HTTP.
 * <p>Thread: the container's.
 * <p>Broken: what a controller throws becomes Spring's answer.
 */
@NullMarked
package dev.lurcher.samples.spring;

import org.jspecify.annotations.NullMarked;
