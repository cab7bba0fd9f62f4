/**
 * The command line: one class per command.
 * <p>In: arguments. Out: text or JSON on standard output, errors with their fix on standard error, an exit code.
 * <p>Thread: the main thread.
 * <p>Broken: exit code 1 for what could not be done, 2 for a command line that cannot be understood.
 */
@NullMarked
package dev.lurcher.broker.cli;

import org.jspecify.annotations.NullMarked;
