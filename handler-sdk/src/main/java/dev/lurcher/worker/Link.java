package dev.lurcher.worker;

import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/** The sockets of one broker, and how it is spoken to. Belongs to the thread that made it. */
interface Link {
    /**
     * The next message for the application: a request, or a notice that it wants to know.
     *
     * @param requests whether a request is wanted now; those that come meanwhile wait
     */
    @Nullable
    Request take(boolean requests);

    /** Sends a reply; it waits while the broker is away. */
    void send(byte[] frame);

    /** Whether sockets were made or closed since the last call: they have to be registered for polling. */
    boolean changed();

    /** Registers what can wake the owner. */
    void register(ZMQ.Poller poller, boolean taking);

    /**
     * Looks after the sockets: to be called when the poller woke, and once a second.
     *
     * @return what to go on with: this, or another one in its place
     */
    Link tend();

    /** Asks that nothing new comes; what has come is still given out. May be called again. */
    void drain();

    /** Tells those who write without an end that the worker is about to stop. */
    void stop();

    /** Whether nothing new comes any more, by {@link #drain} or because the broker wants it so, and all has been taken. */
    boolean isDrained();

    /** Whether nobody is at work any more on what has been taken. */
    boolean isIdle();

    /** Closes the sockets, with a word of farewell; what is on its way has {@code lingerMillis} to get there. */
    void close(int lingerMillis);
}
