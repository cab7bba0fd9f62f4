package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker meets one handler of one broker. Names are those of the configuration, seen from the broker.
 *
 * @param sendSpec where requests come from: {@code tcp://host:port}. A broker's {@code tcp://*:port} is read as this machine.
 * @param recvSpec where replies go, likewise
 * @param sender the handler's {@code send_ident}: letters, digits and {@code -}
 * @param curve what both sides know each other by; null where the broker's endpoints do without
 */
public record Endpoints(
        String sendSpec,
        String recvSpec,
        String sender,
        @Nullable CurveKeys curve) {
    private static final Pattern TCP = Pattern.compile("tcp://(\\[[^\\]]+]|[^:/\\[\\]]+):([0-9]{1,5})");
    private static final Pattern SENDER = Pattern.compile("[0-9A-Za-z-]+");

    /**
     * Takes endpoints as a configuration has them.
     *
     * @throws WorkerException BAD_ENDPOINT
     */
    public Endpoints {
        sendSpec = reachable(sendSpec);
        recvSpec = reachable(recvSpec);
        if (!SENDER.matcher(sender).matches()) {
            throw new WorkerException(
                    Code.BAD_ENDPOINT,
                    "sender id \"" + sender
                            + "\": brokers drop replies of such a sender; it may hold letters, digits and -."
                            + " Change handler.send_ident in the configuration.");
        }
    }

    /** Endpoints without CURVE, as a configuration has them; exceptions as above. */
    public Endpoints(String sendSpec, String recvSpec, String sender) {
        this(sendSpec, recvSpec, sender, null);
    }

    /** The same for a broker whose endpoints have the mechanism CURVE. */
    public Endpoints withCurve(CurveKeys keys) {
        return new Endpoints(sendSpec, recvSpec, sender, keys);
    }

    /**
     * Reads the endpoints of a handler from a configuration database.
     *
     * @param database the broker's {@code config.sqlite}; needs {@code org.xerial:sqlite-jdbc} at run time
     * @param handler the handler's {@code send_ident}; or the path of a route that leads to it, as configured; or its
     *     {@code send_spec}
     * @throws WorkerException BAD_DATABASE, UNKNOWN_HANDLER, AMBIGUOUS_HANDLER or BAD_ENDPOINT
     */
    public static Endpoints read(Path database, String handler) {
        return ConfigFile.read(database, handler);
    }

    /** What may keep a broker from taking this worker, to end a question with. */
    String doubt() {
        return curve == null
                ? ", and does it do without CURVE"
                : ", is that key the broker's, and does its table curve_key have \"" + curve + "\"";
    }

    private static String reachable(String spec) {
        Matcher matcher = TCP.matcher(spec);
        int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (port < 1 || port > 65535) {
            throw new WorkerException(Code.BAD_ENDPOINT, "endpoint \"" + spec + "\": " + advice(spec));
        }
        String host = switch (matcher.group(1)) {
            case "*", "0.0.0.0" -> "127.0.0.1";
            case "[::]" -> "[::1]";
            default -> matcher.group(1);
        };
        return "tcp://" + host + ":" + port;
    }

    private static String advice(String spec) {
        return spec.startsWith("ipc:")
                ? "this library has no Unix sockets. Give the handler a tcp:// endpoint, such as tcp://127.0.0.1:9997."
                : "tcp://host:port is wanted, with a port from 1 to 65535.";
    }
}
