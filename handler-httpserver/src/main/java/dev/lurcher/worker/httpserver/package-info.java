/**
 * Runs handlers of the JDK's own HTTP server ({@code com.sun.net.httpserver}) as a worker.
 * <p>In: requests of a {@link dev.lurcher.worker.Worker}. Out: octets of answers, paced by the client.
 * {@link dev.lurcher.worker.httpserver.BrokerHttpServer} is the door.
 * <p>Thread: one serves the worker and never runs a handler; each exchange has a thread of the executor.
 * <p>Broken: a handler that throws is a 500, or cuts the answer; a client that is gone fails what is read and written.
 */
@NullMarked
package dev.lurcher.worker.httpserver;

import org.jspecify.annotations.NullMarked;
