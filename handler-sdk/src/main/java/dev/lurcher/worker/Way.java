package dev.lurcher.worker;

/**
 * The way back to one broker.
 *
 * @param broker a place in the list of endpoints, from 0
 * @param out takes replies
 * @param crew who does the work
 * @param wake ends the sleep of the thread that owns the sockets; any thread
 */
record Way(int broker, Outgoing out, Crew crew, Runnable wake) {}
