package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers for WebSockets, and tells a listener of what happens on them; what is no WebSocket gets 426. A managed worker gets all
 * messages of a WebSocket whose handshake it has answered. Where several classic workers share a handler each gets some: the
 * listener then sees one as opened when its first message comes.
 */
public final class WebSockets implements Responder {
    private static final Logger LOG = LoggerFactory.getLogger(WebSockets.class);
    private static final int NO_CODE = 1005;
    private static final int LOST = 1006;
    private static final int FAILED = 1011;

    private final WebSocketListener listener;
    private final Map<Client, WebSocket> open = new ConcurrentHashMap<>();

    /** Makes one for a listener. */
    public WebSockets(WebSocketListener listener) {
        this.listener = listener;
    }

    @Override
    public Response respond(Request request) {
        switch (request.method()) {
            case "WEBSOCKET_HANDSHAKE" -> accept(request);
            case "WEBSOCKET" -> take(request);
            default -> {
                return Response.error(426, "Upgrade Required").withField("Upgrade", "websocket");
            }
        }
        return Response.none();
    }

    /** The broker has checked the handshake; the key for the answer is the content. */
    private void accept(Request request) {
        String protocol = listener.onHandshake(request, protocols(request));
        if (protocol != null) {
            FieldLine.check("Sec-WebSocket-Protocol", protocol);
        }
        String head = "HTTP/1.1 101 Switching Protocols\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + request.text() + (protocol == null ? "" : "\r\nSec-WebSocket-Protocol: " + protocol)
                + "\r\n\r\n";
        request.send(head.getBytes(ISO_8859_1));
        open(request);
    }

    private WebSocket open(Request request) {
        WebSocket socket = new WebSocket(request);
        open.put(request.client(), socket);
        call(socket, () -> listener.onOpen(socket));
        request.onGone(() -> request.connection().turns().run(request.client(), () -> end(socket, LOST, "")));
        return socket;
    }

    private void take(Request request) {
        WebSocket known = open.get(request.client());
        WebSocket socket = known == null ? open(request) : known;
        byte[] content = request.content();
        switch (kind(request)) {
            case WebSocketFrame.TEXT -> call(socket, () -> listener.onText(socket, new String(content, UTF_8)));
            case WebSocketFrame.BINARY -> call(socket, () -> listener.onBinary(socket, content));
            case WebSocketFrame.PING -> {
                socket.pong(content);
                call(socket, () -> listener.onPing(socket, content));
            }
            case WebSocketFrame.PONG -> call(socket, () -> listener.onPong(socket, content));
            case WebSocketFrame.CLOSE -> {
                socket.answerClose(content);
                end(socket, code(content), reason(content));
            }
            default -> LOG.warn("A frame of an unknown kind on {}", socket);
        }
    }

    private void end(WebSocket socket, int code, String reason) {
        if (socket.end()) {
            open.remove(socket.client(), socket);
            call(socket, () -> listener.onClose(socket, code, reason));
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    private static void call(WebSocket socket, Call call) {
        try {
            call.run();
        } catch (Throwable e) {
            LOG.error("Failed at {}", socket, e);
            socket.close(FAILED, "");
        }
    }

    private static List<String> protocols(Request request) {
        List<String> protocols = new ArrayList<>();
        for (String field : request.fields().all("sec-websocket-protocol")) {
            for (String protocol : field.split(",", -1)) {
                protocols.add(protocol.strip());
            }
        }
        return protocols;
    }

    /** The first octet of the frame, as 0x81: the lower half is its kind. */
    private static int kind(Request request) {
        String flags = request.message().variable("FLAGS");
        try {
            return flags == null ? WebSocketFrame.TEXT : Integer.decode(flags) & 0xf;
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int code(byte[] content) {
        return content.length < 2 ? NO_CODE : (content[0] & 0xff) << 8 | (content[1] & 0xff);
    }

    private static String reason(byte[] content) {
        return content.length < 2 ? "" : new String(content, 2, content.length - 2, UTF_8);
    }
}
