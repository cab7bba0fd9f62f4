/**
 * A library for writing workers: programs that take requests of a broker (or of Mongrel2) and answer them.
 * <p>In: request messages of one or several brokers, over JeroMQ. Out: replies. {@link dev.lurcher.worker.Worker} is the door.
 * <p>Thread: one thread owns the sockets, the one that serves or receives; replies may come from any thread; whoever writes
 * content piece by piece has a thread for it.
 * <p>Broken or away: a broker that is away is tried again until it is back; what was not taken waits at the broker.
 */
@NullMarked
package dev.lurcher.worker;

import org.jspecify.annotations.NullMarked;
