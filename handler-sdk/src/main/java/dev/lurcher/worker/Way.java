package dev.lurcher.worker;

/**
 * The way back to one broker.
 *
 * @param broker a place in the list of endpoints, from 0
 * @param out takes replies
 * @param streams runs the writers of responses that have one
 * @param wake ends the sleep of the thread that owns the sockets; any thread
 */
record Way(int broker, Outgoing out, Streams streams, Runnable wake) {}
