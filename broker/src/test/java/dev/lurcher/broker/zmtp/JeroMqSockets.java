package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;

/**
 * Sockets of JeroMQ, in this process.
 * <p>JeroMQ 0.6.0 falls silent when the system completes a connect at once, which the loopback interface does in a few of a
 * hundred cases: the socket's poller cancels the key of the connection that it has just taken over. So a connection on which
 * nothing happens is tried again, and each socket has a context of its own that can be thrown away with it.
 */
final class JeroMqSockets implements Library.Sockets {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int CONNECT_MILLIS = 1000;

    /** For the connections that the library makes again by itself. */
    private static final int HANDSHAKE_MILLIS = 2000;

    private static final int CONNECT_TRIES = 8;

    private final List<Socket> sockets = new ArrayList<>();

    /** Opens a socket that connects over IPv6. */
    Library.Socket openIpv6(SocketType type) {
        return open(type, socket -> socket.setIPv6(true));
    }

    @Override
    public Library.Socket open(SocketType type, String identity, Library.Heartbeats heartbeats) {
        return open(type, socket -> {
            if (!identity.isEmpty()) {
                socket.setIdentity(identity.getBytes(ISO_8859_1));
            }
            set(socket, heartbeats);
        });
    }

    @Override
    public Library.Socket open(SocketType type, Library.Proof proof, Library.Heartbeats heartbeats) {
        return open(type, socket -> {
            set(socket, heartbeats);
            switch (proof) {
                case Library.Proof.Curve curve -> {
                    socket.setCurveServerKey(curve.serverKey().getBytes(ISO_8859_1));
                    socket.setCurvePublicKey(curve.publicKey().getBytes(ISO_8859_1));
                    socket.setCurveSecretKey(curve.secretKey().getBytes(ISO_8859_1));
                }
                case Library.Proof.Plain plain -> {
                    socket.setPlainUsername(plain.user());
                    socket.setPlainPassword(plain.password());
                }
            }
        });
    }

    private static void set(ZMQ.Socket socket, Library.Heartbeats heartbeats) {
        if (heartbeats.interval() > 0) {
            socket.setHeartbeatIvl(heartbeats.interval());
            socket.setHeartbeatTimeout(heartbeats.timeout());
            socket.setHeartbeatTtl(heartbeats.timeToLive());
            socket.setHeartbeatContext("jeromq".getBytes(ISO_8859_1));
        }
    }

    private Socket open(SocketType type, Consumer<ZMQ.Socket> options) {
        Socket socket = new Socket(type, options);
        sockets.add(socket);
        return socket;
    }

    @Override
    public void close() {
        sockets.forEach(Socket::close);
    }

    private static final class Socket implements Library.Socket {
        private final SocketType type;
        private final Consumer<ZMQ.Socket> options;
        private ZContext context = new ZContext();
        private ZMQ.Socket socket;

        private Socket(SocketType type, Consumer<ZMQ.Socket> options) {
            this.type = type;
            this.options = options;
            this.socket = open();
        }

        private ZMQ.Socket open() {
            ZMQ.Socket opened = context.createSocket(org.zeromq.SocketType.valueOf(type.name()));
            opened.setLinger(0);
            opened.setReceiveTimeOut(TIMEOUT_MILLIS);
            opened.setSendTimeOut(TIMEOUT_MILLIS);
            opened.setHandshakeIvl(HANDSHAKE_MILLIS);
            options.accept(opened);
            return opened;
        }

        @Override
        public void connect(String endpoint) {
            for (int i = 0; i < CONNECT_TRIES; i++) {
                if (hearsOf(endpoint)) {
                    return;
                }
                context.close();
                context = new ZContext();
                socket = open();
            }
            throw new AssertionError("no greeting from " + endpoint);
        }

        private boolean hearsOf(String endpoint) {
            socket.monitor("inproc://monitor", ZMQ.EVENT_HANDSHAKE_PROTOCOL);
            try (ZMQ.Socket monitor = context.createSocket(org.zeromq.SocketType.PAIR)) {
                monitor.setReceiveTimeOut(CONNECT_MILLIS);
                monitor.connect("inproc://monitor");
                socket.connect(endpoint);
                return ZEvent.recv(monitor) != null;
            } finally {
                socket.monitor(null, 0);
            }
        }

        @Override
        public void send(String... frames) {
            for (int i = 0; i < frames.length; i++) {
                if (!socket.send(frames[i].getBytes(ISO_8859_1), i + 1 < frames.length ? ZMQ.SNDMORE : 0)) {
                    throw new AssertionError("nothing was sent: " + socket.errno());
                }
            }
        }

        @Override
        public List<String> receive() {
            List<String> frames = new ArrayList<>();
            do {
                byte[] frame = socket.recv();
                if (frame == null) {
                    throw new AssertionError("nothing was received");
                }
                frames.add(new String(frame, ISO_8859_1));
            } while (socket.hasReceiveMore());
            return frames;
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
