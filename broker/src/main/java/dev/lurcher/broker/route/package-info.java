/**
 * From a host name and a path to a route, in Mongrel2's way or, with {@code route.strict}, without its surprises.
 * <p>In: hosts and routes as configured; then a host name and a path, bytes as chars 0..255. Out: a route or null; or the
 * steps that led to it.
 * <p>Thread: any; everything here is immutable. A lookup does no I/O and, for paths up to 64 KiB, allocates nothing.
 * <p>Broken: a pattern that cannot be read never matches and is reported in {@code RouteTable.problems()}; a hostile path
 * costs time in proportion to its length, whatever the pattern.
 */
@NullMarked
package dev.lurcher.broker.route;

import org.jspecify.annotations.NullMarked;
