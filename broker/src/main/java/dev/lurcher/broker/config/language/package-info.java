/**
 * The configuration language: Mongrel2's, with what its users missed.
 * <p>In: a text, or rows of a configuration database. Out: rows with the place in the text that each value comes from, or a text.
 * <p>Thread: any; nothing is shared. Included files are read through a {@link dev.lurcher.broker.config.language.Library}.
 * <p>Broken: {@link dev.lurcher.broker.config.language.LanguageException} with everything that was found, each with its place.
 */
@NullMarked
package dev.lurcher.broker.config.language;

import org.jspecify.annotations.NullMarked;
