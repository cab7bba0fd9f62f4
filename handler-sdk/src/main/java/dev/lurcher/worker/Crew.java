package dev.lurcher.worker;

/**
 * Who does the work of a worker, beside the thread that owns the sockets.
 *
 * @param streams runs the writers of responses that have one
 * @param turns runs responders
 * @param listener hears what happens
 */
record Crew(Streams streams, Turns turns, WorkerListener listener) {}
