package dev.lurcher.worker;

/** Takes reply frames on their way to a broker. Any thread. */
@FunctionalInterface
interface Outgoing {
    /**
     * Sends a frame, in order with those that the same thread gave before.
     *
     * @param broker a place in the list of endpoints, from 0
     */
    void send(int broker, byte[] frame);
}
