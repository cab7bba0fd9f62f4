package dev.lurcher.worker;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** Opens the sockets of one broker. Belongs to the thread that owns them. */
final class Connector {
    private static final int RECONNECT_LEAST_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 5000;
    /**
     * The library now and then connects and then forgets the connection (its issue 1022, some per cent on a busy machine):
     * only the end of this time saves it. A network or broker that needs longer gets longer, after some failures.
     */
    private static final int HANDSHAKE_LEAST_MILLIS = 500;

    private static final int HANDSHAKE_MOST_MILLIS = 30_000;
    private static final int HEARTBEAT_MILLIS = 5000;
    private static final int HEARTBEAT_TIMEOUT_MILLIS = 15000;

    private final ZMQ.Context context;
    private final @Nullable CurveKeys curve;
    private int handshakeMillis = HANDSHAKE_LEAST_MILLIS;

    Connector(Place place) {
        this.context = place.context();
        this.curve = place.endpoints().curve();
    }

    /** Gives later sockets more time: the other side took connections and did not greet. */
    void bePatient() {
        handshakeMillis = Math.min(handshakeMillis * 4, HANDSHAKE_MOST_MILLIS);
    }

    /**
     * Opens a socket that connects, and connects again.
     *
     * @param special sets what sockets of this kind need besides
     */
    ZMQ.Socket open(SocketType type, String endpoint, Watch watch, Consumer<ZMQ.Socket> special) {
        ZMQ.Socket socket = context.socket(type);
        socket.setEventHook(watch, ZMQ.EVENT_ALL);
        socket.setIPv6(endpoint.startsWith("tcp://["));
        socket.setReconnectIVL(RECONNECT_LEAST_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.setHandshakeIvl(handshakeMillis);
        socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
        socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setHeartbeatTtl(HEARTBEAT_TIMEOUT_MILLIS);
        socket.setSndHWM(0);
        if (curve != null) {
            curve.set(socket);
        }
        special.accept(socket);
        if (!connects(socket, endpoint)) {
            socket.setIPv6(true);
            if (!connects(socket, endpoint)) {
                watch.onNoAddress();
            }
        }
        return socket;
    }

    /** False if the host has no address of the kind wanted; the library looks it up again only where it was found once. */
    private static boolean connects(ZMQ.Socket socket, String endpoint) {
        try {
            return socket.connect(endpoint);
        } catch (ZMQException e) {
            return false;
        }
    }
}
