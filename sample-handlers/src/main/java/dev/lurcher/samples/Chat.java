package dev.lurcher.samples;

import dev.lurcher.worker.Response;
import dev.lurcher.worker.Router;
import dev.lurcher.worker.WebSocket;
import dev.lurcher.worker.WebSocketGroup;
import dev.lurcher.worker.WebSocketListener;
import dev.lurcher.worker.Worker;

/** A chat over WebSockets: open its page in several windows. What one says all get; who comes and goes is told. */
public final class Chat implements WebSocketListener {
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

    private final WebSocketGroup room = new WebSocketGroup();
    private int visitors;

    private Chat() {}

    /** Serves until Ctrl-C: bin/sample chat --config config.sqlite --handler NAME. */
    public static void main(String[] arguments) {
        Router routes = new Router();
        routes.get("/{page...}", request -> Response.html(PAGE)).webSocket("/{page...}", new Chat());
        Worker.builder().run(arguments, routes);
    }

    @Override
    public void onOpen(WebSocket socket) {
        socket.request().attribute("name", "visitor " + ++visitors);
        room.add(socket);
        room.send(name(socket) + " is here");
    }

    @Override
    public void onText(WebSocket socket, String text) {
        room.send(name(socket) + ": " + text);
    }

    @Override
    public void onClose(WebSocket socket, int code, String reason) {
        room.send(name(socket) + " has left");
    }

    private static String name(WebSocket socket) {
        return String.valueOf(socket.request().attribute("name"));
    }
}
