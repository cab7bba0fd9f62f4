/** What the tests of several modules share: golden transcripts and request heads made of values. */
@NullMarked
package dev.lurcher.protocol.testing;

import org.jspecify.annotations.NullMarked;
