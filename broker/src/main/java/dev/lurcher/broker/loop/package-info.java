/**
 * The event loops that carry HTTP and ZeroMQ connections alike.
 * <p>In: a wished number of loops. Out: loops, and the channel classes that fit them (epoll where it loads, else NIO).
 * <p>Thread: started and closed by the broker; each loop is one thread, and what lives on it needs no lock.
 * <p>Broken: where the native library does not load, NIO is used and {@code transport()} says so.
 */
@NullMarked
package dev.lurcher.broker.loop;

import org.jspecify.annotations.NullMarked;
