/** What the tests of several modules share: a broker that a test plays itself, and a real Mongrel2. */
@NullMarked
package dev.lurcher.worker.testing;

import org.jspecify.annotations.NullMarked;
