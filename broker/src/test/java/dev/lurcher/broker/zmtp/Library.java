package dev.lurcher.broker.zmtp;

import java.util.List;

/** The ZeroMQ libraries that tests connect. */
enum Library {
    JEROMQ,
    LIBZMQ;

    /** Starts sockets of this library: a context in this process, or a process of its own. */
    Sockets start() {
        return this == JEROMQ ? new JeroMqSockets() : new LibzmqSockets();
    }

    /** Sockets of one library. */
    interface Sockets extends AutoCloseable {
        /** Opens a socket; with {@code identity} where it is not empty. Receiving gives up after 20 s, linger is 0. */
        Socket open(SocketType type, String identity, Heartbeats heartbeats);

        /** The same for a socket that proves who it is. */
        Socket open(SocketType type, Proof proof, Heartbeats heartbeats);

        default Socket open(SocketType type, Proof proof) {
            return open(type, proof, Heartbeats.NONE);
        }

        default Socket connect(SocketType type, Endpoint endpoint) {
            Socket socket = open(type, "", Heartbeats.NONE);
            socket.connect(endpoint.toString());
            return socket;
        }

        @Override
        void close();
    }

    /** How a peer proves who it is. */
    sealed interface Proof {
        /** All keys in Z85. */
        record Curve(String serverKey, String publicKey, String secretKey) implements Proof {
            static Curve of(CurveKey server, CurvePair own) {
                return new Curve(server.toString(), own.key().toString(), own.secret());
            }
        }

        record Plain(String user, String password) implements Proof {}
    }

    /** What a peer does to know that we are alive; in milliseconds, 0 is off. */
    record Heartbeats(int interval, int timeout, int timeToLive) {
        static final Heartbeats NONE = new Heartbeats(0, 0, 0);
    }

    /** A socket of a library, used by one thread. A frame's bytes are the characters 0..255 of a string. */
    interface Socket {
        void connect(String endpoint);

        void send(String... frames);

        /** The next message. */
        List<String> receive();

        void close();
    }
}
