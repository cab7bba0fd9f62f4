/**
 * Measures parts of the broker with JMH, and holds the servers it is compared with.
 * <p>In: typical requests and replies as bytes. Out: time and bytes allocated per operation.
 * <p>Thread: one per benchmark; the state of each benchmark belongs to it.
 * <p>Broken: a benchmark checks once, before it runs, that what it measures gives the right answer, and throws if not.
 */
@NullMarked
package dev.lurcher.benchmarks;

import org.jspecify.annotations.NullMarked;
