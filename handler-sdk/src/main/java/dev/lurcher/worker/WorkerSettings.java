package dev.lurcher.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * How a {@link Worker} works: what its {@link WorkerBuilder} was told.
 *
 * @param brokers where requests come from, at least one; {@link Client#broker} is a place in this list
 * @param threads who does the work
 * @param onDisconnect told of clients that are gone; by the thread that serves
 * @param stopTime how long requests that are being answered may take when the worker is stopped
 * @param identity what the worker tells its brokers of itself
 * @param capacity most requests that one broker gives it at a time, from 1; 0 leaves that to the broker
 * @param classic whether it speaks Mongrel2's protocol to every broker, over two sockets, instead of finding out
 * @param listener told of what happens
 */
record WorkerSettings(
        List<Endpoints> brokers,
        Threads threads,
        Consumer<Client> onDisconnect,
        Duration stopTime,
        Identity identity,
        int capacity,
        boolean classic,
        WorkerListener listener) {}
