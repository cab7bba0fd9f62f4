/**
 * Runs servlet applications as workers: Jetty with a connector whose clients are those of brokers.
 * <p>In: requests of a {@link dev.lurcher.worker.Worker}. Out: octets of answers, paced by the client.
 * {@link dev.lurcher.worker.servlet.BrokerConnector} is the door, {@link dev.lurcher.worker.servlet.ServletWorker} a program.
 * <p>Thread: the connector's own serves the worker and never runs the application; that has the server's threads.
 * <p>Full or broken: what no thread is free for waits in the server's queue; a client that is gone fails what is read and written.
 */
@NullMarked
package dev.lurcher.worker.servlet;

import org.jspecify.annotations.NullMarked;
