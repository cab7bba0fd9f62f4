/**
 * The configuration: a SQLite database read once into immutable records.
 * <p>In: a file in Mongrel2's schema, with columns of ours or without. Out: {@link dev.lurcher.broker.config.Configuration},
 * and all problems together.
 * <p>Thread: reading blocks and belongs to the command line; the records may be used from any thread.
 * <p>Broken: {@link dev.lurcher.broker.config.ConfigException} with a code and the fix; nothing is repaired silently.
 */
@NullMarked
package dev.lurcher.broker.config;

import org.jspecify.annotations.NullMarked;
