package dev.lurcher.protocol;

import java.util.HashMap;
import java.util.Map;

/** Reads the content of a notice. What a later broker may say besides is passed over. */
final class NoticeReader {
    private static final int DEPTH = 8;

    private final JsonText json;
    /** The strings and words of the object itself; the first of a name counts. */
    private final Map<String, String> values = new HashMap<>();

    private NoticeReader(byte[] content) {
        json = new JsonText(content, 0, content.length);
    }

    /** Never fails: what is no notice is an unknown one. */
    static Notice read(byte[] content) {
        try {
            return new NoticeReader(content).notice();
        } catch (ProtocolException e) {
            return new Notice.Unknown("");
        }
    }

    private Notice notice() {
        object(0);
        json.expectEnd();
        String type = values.getOrDefault("type", "");
        return switch (type) {
            case "welcome" -> new Notice.Welcome(values.getOrDefault("broker", ""), Math.max(0, number("window")));
            case "drain" -> new Notice.Drain();
            case "credit" -> number("bytes") > 0 ? new Notice.Credit(number("bytes")) : new Notice.Unknown(type);
            case "disconnect" -> new Notice.Disconnect();
            case "credits" -> new Notice.Written();
            default -> new Notice.Unknown(type);
        };
    }

    private void object(int depth) {
        json.expect('{');
        if (!json.skip('}')) {
            do {
                String name = json.string();
                json.expect(':');
                String value = value(depth);
                if (depth == 0) {
                    values.putIfAbsent(name, value);
                }
            } while (json.skip(','));
            json.expect('}');
        }
    }

    private String value(int depth) {
        if (json.sees('"')) {
            return json.string();
        }
        if (depth == DEPTH) {
            throw json.broken("more than " + DEPTH + " objects and lists inside each other");
        }
        if (json.sees('{')) {
            object(depth + 1);
            return "";
        }
        if (json.skip('[')) {
            if (!json.skip(']')) {
                do {
                    value(depth + 1);
                } while (json.skip(','));
                json.expect(']');
            }
            return "";
        }
        return json.word();
    }

    /** 0 where there is none, or none that fits. */
    private long number(String name) {
        try {
            return Long.parseLong(values.getOrDefault(name, ""));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
