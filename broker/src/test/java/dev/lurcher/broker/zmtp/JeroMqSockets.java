package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Sockets of JeroMQ, in this process. */
final class JeroMqSockets implements Library.Sockets {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final ZContext context = new ZContext();

    @Override
    public Library.Socket open(SocketType type, String identity, Library.Heartbeats heartbeats) {
        ZMQ.Socket socket = context.createSocket(org.zeromq.SocketType.valueOf(type.name()));
        socket.setLinger(0);
        socket.setReceiveTimeOut(TIMEOUT_MILLIS);
        socket.setSendTimeOut(TIMEOUT_MILLIS);
        if (!identity.isEmpty()) {
            socket.setIdentity(identity.getBytes(ISO_8859_1));
        }
        if (heartbeats.interval() > 0) {
            socket.setHeartbeatIvl(heartbeats.interval());
            socket.setHeartbeatTimeout(heartbeats.timeout());
            socket.setHeartbeatTtl(heartbeats.timeToLive());
            socket.setHeartbeatContext("jeromq".getBytes(ISO_8859_1));
        }
        return new Socket(socket);
    }

    @Override
    public void close() {
        context.close();
    }

    private record Socket(ZMQ.Socket socket) implements Library.Socket {
        @Override
        public void connect(String endpoint) {
            socket.connect(endpoint);
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
            socket.close();
        }
    }
}
