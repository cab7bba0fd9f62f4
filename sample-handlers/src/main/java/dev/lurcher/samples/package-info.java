/**
 * Small complete workers, to be copied.
 * <p>In: requests of the broker that the command line or the environment names. Out: answers.
 * <p>Thread: the main thread.
 * <p>Broken or away: a broker that is away is tried again until it is back.
 */
@NullMarked
package dev.lurcher.samples;

import org.jspecify.annotations.NullMarked;
