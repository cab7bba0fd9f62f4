/**
 * For tests of workers: a broker that is played inside the test, and a real one that a test starts.
 * <p>In: a responder, and requests that a test makes up. Out: what the worker answers. {@link dev.lurcher.testing.TestBroker} plays,
 * {@link dev.lurcher.testing.BrokerExtension} is real.
 * <p>Thread: a played broker and its worker have one each; tests may use any. What does not come within 20 seconds fails the test.
 */
@NullMarked
package dev.lurcher.testing;

import org.jspecify.annotations.NullMarked;
