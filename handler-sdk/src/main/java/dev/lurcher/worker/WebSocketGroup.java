package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * WebSockets that get the same messages: a room, a topic. A message goes out once for 128 members, and the broker multiplies it.
 * Members that end leave by themselves. Any thread.
 */
public final class WebSocketGroup {
    private final Set<WebSocket> members = new LinkedHashSet<>();

    /** Makes a group without members. */
    public WebSocketGroup() {}

    /** Adds a member, unless it has ended. */
    public void add(WebSocket socket) {
        synchronized (members) {
            if (members.contains(socket)) {
                return;
            }
        }
        if (socket.join(this)) {
            synchronized (members) {
                members.add(socket);
            }
            // It may have ended meanwhile, and left before it was in.
            if (!socket.isOpen()) {
                remove(socket);
            }
        }
    }

    /** Removes a member. */
    public void remove(WebSocket socket) {
        socket.leave(this);
        synchronized (members) {
            members.remove(socket);
        }
    }

    /** Who is in it now. */
    public List<WebSocket> members() {
        synchronized (members) {
            return List.copyOf(members);
        }
    }

    /** Sends a text to all members. */
    public void send(String text) {
        deliver(WebSocketFrame.of(WebSocketFrame.TEXT, text.getBytes(UTF_8)));
    }

    /** Sends bytes to all members, as a binary message. */
    public void send(byte[] bytes) {
        deliver(WebSocketFrame.of(WebSocketFrame.BINARY, bytes));
    }

    private void deliver(byte[] frame) {
        Map<Connection, List<Client>> clients = new LinkedHashMap<>();
        for (WebSocket member : members()) {
            if (member.isOpen()) {
                clients.computeIfAbsent(member.request().connection(), key -> new ArrayList<>())
                        .add(member.client());
            }
        }
        clients.forEach((connection, there) -> connection.send(there, frame));
    }
}
