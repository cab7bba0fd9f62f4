package dev.lurcher.worker;

/**
 * One client connection, as replies address it. Equal for all requests of one connection; may be kept, for example to send to
 * many clients at once, until a disconnect names it.
 *
 * @param broker which of the worker's brokers the client is connected to: a place in the list of endpoints, from 0
 * @param sender the first word of the client's requests
 * @param connectionId the broker's number of the connection, 0..2^63-1
 */
public record Client(int broker, String sender, long connectionId) {}
