/**
 * Changes of a configuration, and what became of them: loading, upgrading, and every revision there was.
 * <p>In: rows that the language asks for. Out: a changed database, what changed, and its history.
 * <p>Thread: the command line's; everything blocks on files.
 * <p>Broken: {@link dev.lurcher.broker.config.ConfigException}; a change is made as a whole or not at all.
 */
@NullMarked
package dev.lurcher.broker.config.history;

import org.jspecify.annotations.NullMarked;
