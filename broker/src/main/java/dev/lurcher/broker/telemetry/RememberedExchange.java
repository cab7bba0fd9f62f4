package dev.lurcher.broker.telemetry;

import dev.lurcher.protocol.WorkerControl.Hello;
import org.jspecify.annotations.Nullable;

/** An exchange that can be told of in full: what {@link RequestMemory} keeps of it. Read during the call only. */
public interface RememberedExchange extends LoggedExchange {
    /** The place among all of the event loop on which it ended, from 0. */
    int loop();

    /** When it ended, as {@link System#nanoTime()}. */
    long endedNanos();

    /** The revision of the configuration that decided on it; 0 where none is known. */
    long revision();

    /** The host's row; 0 where none was found. */
    long hostRow();

    /** The pattern by which the host was found. */
    String matching();

    /** The route's row; 0 where none was found. */
    long routeRow();

    /** The kind of what the route leads to: {@code handler}, {@code directory} or {@code proxy}; empty where none was found. */
    String targetKind();

    /** What it is called: a sender id, a folder, an address; empty likewise. */
    String targetName();

    /** What the last worker says of itself; null where none had the request. */
    @Nullable
    Hello hello();

    /** Names of workers that had the request and were lost, with commas between. */
    String earlierWorkers();

    /** {@code answered}, {@code refused}, {@code cut} or {@code client_gone}. */
    String outcome();
}
