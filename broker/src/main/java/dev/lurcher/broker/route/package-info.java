/** Routing. */
@NullMarked
package dev.lurcher.broker.route;

import org.jspecify.annotations.NullMarked;
