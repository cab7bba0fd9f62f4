package dev.lurcher.protocol;

import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The payload of a reply whose list of connections begins with {@code X}: not content, but what to do with the connections.
 *
 * <pre>
 * payload = tnet-list of ( key, value )
 * key "ctl":      dictionary of "keep-alive" (any), "credits" (number), "cancel" (any); other entries are ignored
 * key "sendfile": text, a path
 * </pre>
 */
public sealed interface ExtendedReply {
    /**
     * Control of a connection.
     *
     * @param keepAlive take the connection as active now
     * @param credits bytes that the client may upload further; 0 for none
     * @param cancel close now, drop what is queued, send no disconnect notice
     */
    record Control(boolean keepAlive, long credits, boolean cancel) implements ExtendedReply {}

    /**
     * Send a file.
     *
     * @param path the file as the broker sees it, octets as chars 0..255
     */
    record SendFile(String path) implements ExtendedReply {}

    /**
     * A key that this version does not know.
     *
     * @param key octets as chars 0..255
     */
    record Unknown(String key) implements ExtendedReply {}

    /**
     * Reads the payload between the buffer's position and limit, which stay where they are.
     *
     * @throws ProtocolException BAD_EXTENSION if the payload is a value of another shape, else as {@link TNetString#read}
     */
    static ExtendedReply read(ByteBuffer payload, TNetString.Limits limits) {
        if (TNetString.read(payload, limits) instanceof TNetString.Sequence pair
                && pair.values().size() == 2
                && pair.values().get(0) instanceof TNetString.Text key) {
            TNetString value = pair.values().get(1);
            return switch (key.octets()) {
                case "ctl" -> control(value);
                case "sendfile" -> sendFile(value);
                default -> new Unknown(key.octets());
            };
        }
        throw new ProtocolException(Code.BAD_EXTENSION, "no list of a key and its value");
    }

    /**
     * The payload that asks for this.
     *
     * @throws IllegalStateException for {@link Unknown}, of which only the key is known
     */
    default byte[] payload() {
        TNetString.Sequence pair;
        if (this instanceof Control control) {
            Map<String, TNetString> entries = new LinkedHashMap<>();
            if (control.keepAlive()) {
                entries.put("keep-alive", new TNetString.Flag(true));
            }
            if (control.credits() != 0) {
                entries.put("credits", new TNetString.Whole(control.credits()));
            }
            if (control.cancel()) {
                entries.put("cancel", new TNetString.Flag(true));
            }
            pair = TNetString.Sequence.of(new TNetString.Text("ctl"), new TNetString.Dictionary(entries));
        } else if (this instanceof SendFile file) {
            pair = TNetString.Sequence.of(new TNetString.Text("sendfile"), new TNetString.Text(file.path()));
        } else {
            throw new IllegalStateException("value unknown: " + this);
        }
        return pair.bytes();
    }

    private static ExtendedReply control(TNetString value) {
        if (!(value instanceof TNetString.Dictionary dictionary)) {
            throw new ProtocolException(Code.BAD_EXTENSION, "ctl wants a dictionary");
        }
        Map<String, TNetString> entries = dictionary.entries();
        long credits = 0;
        TNetString asked = entries.get("credits");
        if (asked instanceof TNetString.Whole whole) {
            credits = whole.value();
        } else if (asked != null) {
            throw new ProtocolException(Code.BAD_EXTENSION, "credits wants a whole number");
        }
        return new Control(entries.containsKey("keep-alive"), credits, entries.containsKey("cancel"));
    }

    private static ExtendedReply sendFile(TNetString value) {
        if (value instanceof TNetString.Text path) {
            return new SendFile(path.octets());
        }
        throw new ProtocolException(Code.BAD_EXTENSION, "sendfile wants a path");
    }
}
