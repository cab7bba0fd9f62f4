package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.worker.Client;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import dev.lurcher.worker.WorkerException;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A chat over WebSockets: open its page in several windows. What one says all get, by one reply; who comes and goes is told.
 *
 * <pre>{@code
 * bin/sample chat --config config.sqlite --handler hello
 * }</pre>
 */
public final class Chat {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final String PAGE = """
        <!doctype html><meta charset=utf-8><title>Chat</title>
        <ul id=said></ul><form id=form><input id=text autofocus autocomplete=off><button>Say</button></form>
        <script>
        const socket = new WebSocket(location.href.replace(/^http/, 'ws'))
        socket.onmessage = message => {
            const line = document.createElement('li')
            line.textContent = message.data
            said.append(line)
        }
        socket.onclose = () => form.hidden = true
        form.onsubmit = () => { socket.send(text.value); text.value = ''; return false }
        </script>
        """;

    private final Worker worker;
    /** Who is here, and how they are called. */
    private final Map<Client, String> names = new LinkedHashMap<>();

    private int visitors;

    private Chat(WorkerBuilder builder) {
        worker = builder.onDisconnect(this::leave).build();
    }

    /** Serves until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}. */
    public static void main(String[] arguments) {
        try {
            Chat chat = new Chat(Worker.builder().arguments(arguments));
            try (Worker worker = chat.worker) {
                worker.serve(chat::respond);
            }
        } catch (WorkerException e) {
            System.err.println("chat: " + e.getMessage());
            System.exit(2);
        }
    }

    private Response respond(Request request) {
        return switch (request.method()) {
            case "WEBSOCKET_HANDSHAKE" -> join(request);
            case "WEBSOCKET" -> take(request);
            default -> Response.html(PAGE);
        };
    }

    /** The broker has checked the handshake; the answer to it is this worker's, and the key for that is the content. */
    private Response join(Request request) {
        request.send(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + request.text() + "\r\n\r\n")
                .getBytes(ISO_8859_1));
        String name = "visitor " + ++visitors;
        names.put(request.client(), name);
        say(name + " is here");
        return Response.none();
    }

    private Response take(Request request) {
        // The first octet of the frame, as 0x81: the lower half is its kind.
        int kind = Integer.decode(request.message().variables().first("FLAGS")) & 0xf;
        switch (kind) {
            case TEXT -> say(names.get(request.client()) + ": " + request.text());
            case PING -> request.send(frame(PONG, request.content()));
            case CLOSE -> {
                request.send(frame(CLOSE, request.content()));
                request.close();
                leave(request.client());
            }
            default -> {
                // Pongs, and data that is no text, are of no interest here.
            }
        }
        return Response.none();
    }

    private void leave(Client client) {
        String name = names.remove(client);
        if (name != null) {
            say(name + " has left");
        }
    }

    /** One reply, however many are here. */
    private void say(String line) {
        worker.send(names.keySet(), frame(TEXT, line.getBytes(UTF_8)));
    }

    /** A frame as RFC 6455, 5.2 has it; those of servers are not masked. */
    private static byte[] frame(int kind, byte[] content) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(0x80 | kind);
        int length = content.length;
        if (length < 126) {
            frame.write(length);
        } else if (length < 1 << 16) {
            frame.write(126);
        } else {
            frame.write(127);
            frame.writeBytes(new byte[4]);
            frame.write(length >> 24);
            frame.write(length >> 16);
        }
        if (length >= 126) {
            frame.write(length >> 8);
            frame.write(length);
        }
        frame.writeBytes(content);
        return frame.toByteArray();
    }
}
