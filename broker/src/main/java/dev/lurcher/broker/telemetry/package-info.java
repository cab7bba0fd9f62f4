/**
 * What the broker says about itself: access log, error log, counters.
 * <p>In: exchanges that have ended, log events, increments. Out: lines in files, numbers.
 * <p>Thread: lines and increments come from event loops, which never wait for the access log: its lines go through a ring of
 * each loop's own to one thread that writes. The error log writes at once and is meant for what is rare.
 * <p>Full or broken: a line for which there is no room is dropped and counted; a file that cannot be written is tried again
 * until it can; text from clients cannot end a line or begin one.
 */
@NullMarked
package dev.lurcher.broker.telemetry;

import org.jspecify.annotations.NullMarked;
