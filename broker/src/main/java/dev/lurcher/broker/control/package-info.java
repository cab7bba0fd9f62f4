/**
 * What a running broker can be asked over its control port: Mongrel2's commands with Mongrel2's answers, and ours.
 * <p>In: the bytes of one message. Out: the bytes of one answer; {@link dev.lurcher.broker.control.Operations} is what does the work.
 * <p>Thread: one at a time, which is no event loop: operations may wait.
 * <p>Broken: whatever comes is answered, what is none of the commands with an error; nothing is thrown.
 */
@NullMarked
package dev.lurcher.broker.control;

import org.jspecify.annotations.NullMarked;
