/**
 * The whole product as its users run it: real processes of the broker, of Mongrel2 and of workers.
 * <p>In: bin/broker and the built jars. Out: nothing but the tests' verdicts; temporary folders and processes are removed.
 * <p>Thread: the test's; what a process writes is read by threads of its own.
 * <p>Broken: a process that hangs fails its test within half a minute and is killed.
 */
@NullMarked
package dev.lurcher.system;

import org.jspecify.annotations.NullMarked;
