package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebSocketsTest {
    private static final String SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: token\r\n";

    private final Captured captured = new Captured();
    private final List<String> heard = new ArrayList<>();
    private final WebSocketGroup group = new WebSocketGroup();
    private final WebSockets sockets = new WebSockets(new WebSocketListener() {
        @Override
        public @Nullable String onHandshake(Request request, List<String> protocols) {
            if (request.path().equals("/closed")) {
                throw Response.error(403, "Closed").exception();
            }
            return protocols.contains("v2") ? "v2" : null;
        }

        @Override
        public void onOpen(WebSocket socket) {
            group.add(socket);
            heard.add("open " + socket.client().connectionId());
        }

        @Override
        public void onText(WebSocket socket, String text) {
            heard.add("text " + text);
            if (text.equals("fail")) {
                throw new IllegalStateException("as told");
            }
            if (text.equals("leave")) {
                socket.close(3000, "bye");
            }
            socket.send(text);
        }

        @Override
        public void onBinary(WebSocket socket, byte[] bytes) {
            heard.add("binary " + bytes.length);
            socket.send(bytes);
        }

        @Override
        public void onPing(WebSocket socket, byte[] bytes) {
            heard.add("ping");
        }

        @Override
        public void onPong(WebSocket socket, byte[] bytes) {
            heard.add("pong");
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason) {
            heard.add("close " + code + " " + reason);
        }
    });

    @Test
    void opensAndTakesMessages() {
        open(7, "");
        assertEquals(List.of("S 1:7, " + SWITCHED + "\r\n"), captured.sent());
        take(7, 1, "h\u00c3\u00a9");
        take(7, 2, "\0\1");
        take(7, 9, "p");
        take(7, 10, "q");
        assertEquals(
                List.of("S 1:7, \u0081\3h\u00c3\u00a9", "S 1:7, \u0082\2\0\1", "S 1:7, \u008a\1p"), captured.sent());
        assertEquals(List.of("open 7", "text h\u00e9", "binary 2", "ping", "pong"), heard);
    }

    @Test
    void agreesOnAProtocol() {
        open(7, ",\"sec-websocket-protocol\":\"v1, v2\"");
        assertEquals(List.of("S 1:7, " + SWITCHED + "Sec-WebSocket-Protocol: v2\r\n\r\n"), captured.sent());
    }

    @Test
    void mayRefuse() {
        Request request = captured.request("WEBSOCKET_HANDSHAKE", "/closed");
        assertThrows(ResponseException.class, () -> sockets.respond(request));
        assertEquals(List.of(), captured.sent());
    }

    @Test
    void answersTheClientsClose() {
        open(7, "");
        captured.sent();
        take(7, 8, "\3\u00e9why");
        assertEquals(List.of("S 1:7, \u0088\5\3\u00e9why", "S 1:7, "), captured.sent());
        assertEquals(List.of("open 7", "close 1001 why"), heard);
        captured.connection().gone(7);
        assertEquals(2, heard.size());
    }

    @Test
    void closesAndHearsTheAnswer() {
        open(7, "");
        captured.sent();
        take(7, 1, "leave");
        assertEquals(List.of("S 1:7, \u0088\5\13\u00b8bye"), captured.sent());
        take(7, 8, "\13\u00b8bye");
        assertEquals(List.of("S 1:7, "), captured.sent());
        assertEquals(List.of("open 7", "text leave", "close 3000 bye"), heard);
    }

    @Test
    void hearsThatAClientIsGone() {
        open(7, "");
        captured.connection().gone(7);
        assertEquals(List.of("open 7", "close 1006 "), heard);
    }

    @Test
    void closesWhatFailed() throws Exception {
        open(7, "");
        captured.sent();
        try (LogCapture log = new LogCapture()) {
            take(7, 1, "fail");
            log.await("Failed at WebSocket /ws (connection 7)");
        }
        assertEquals(List.of("S 1:7, \u0088\2\3\u00f3"), captured.sent());
    }

    @Test
    void sendsToAGroupAtOnce() {
        for (int id = 1; id <= 130; id++) {
            open(id, "");
        }
        captured.sent();
        captured.connection().gone(2);
        group.send("all");
        List<String> sent = captured.sent();
        assertEquals(2, sent.size());
        assertTrue(sent.get(0).contains(":1 3 4 ") && sent.get(0).endsWith(" 129, \u0081\3all"), sent.get(0));
        assertEquals("S 3:130, \u0081\3all", sent.get(1));
        assertEquals(129, group.members().size());
        group.remove(group.members().get(0));
        assertEquals(128, group.members().size());
    }

    @Test
    void dropsWhatIsSentAfterTheEnd() {
        open(7, "");
        WebSocket socket = group.members().get(0);
        captured.connection().gone(7);
        captured.sent();
        socket.send("too late");
        socket.close();
        assertFalse(socket.isOpen());
        assertEquals(List.of(), captured.sent());
        group.add(socket);
        assertEquals(List.of(), group.members());
    }

    @Test
    void writesLengthsOfAllSizes() {
        assertEquals(125 + 2, WebSocketFrame.of(2, new byte[125]).length);
        assertEquals(126 + 4, WebSocketFrame.of(2, new byte[126]).length);
        assertEquals(65536 + 10, WebSocketFrame.of(2, new byte[65536]).length);
        assertEquals((byte) 127, WebSocketFrame.of(2, new byte[65536])[1]);
        // The reason is cut between two characters.
        assertEquals(2 + 2 + 1 + 40 * 3, WebSocketFrame.close(1000, "a" + "\u20ac".repeat(50)).length);
    }

    private void open(int id, String more) {
        Request request = captured.request(id, "WEBSOCKET_HANDSHAKE", "/ws", more, "token");
        assertEquals(0, sockets.respond(request).status());
    }

    private void take(int id, int kind, String content) {
        String flags = ",\"FLAGS\":\"0x8" + Integer.toHexString(kind).toUpperCase(java.util.Locale.ROOT) + "\"";
        Request request = captured.request(id, "WEBSOCKET", "/ws", flags, content);
        assertEquals(Response.none(), Objects.requireNonNull(sockets.respond(request)));
    }
}
