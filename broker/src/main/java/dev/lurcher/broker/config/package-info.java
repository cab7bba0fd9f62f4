/** Configuration. */
@NullMarked
package dev.lurcher.broker.config;

import org.jspecify.annotations.NullMarked;
