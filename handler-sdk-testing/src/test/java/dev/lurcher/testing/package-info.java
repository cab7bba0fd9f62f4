/** Tests of the test kit. */
@NullMarked
package dev.lurcher.testing;

import org.jspecify.annotations.NullMarked;
