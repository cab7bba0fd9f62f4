package dev.lurcher.protocol;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the content of a notice. What a later broker may say besides is passed over. */
final class NoticeReader {
    private static final int DEPTH = 8;

    private final JsonText json;
    /** The strings and words of the object itself; the first of a name counts. */
    private final Map<String, String> values = new HashMap<>();
    /** What the headers say, where the content leaves it to them. */
    private final @Nullable String downloadCredits;

    private NoticeReader(byte[] content, @Nullable String downloadCredits) {
        json = new JsonText(content, 0, content.length);
        this.downloadCredits = downloadCredits;
    }

    /**
     * Never fails: what is no notice is an unknown one.
     *
     * @param downloadCredits the variable {@code DOWNLOAD_CREDITS} of the message
     */
    static Notice read(byte[] content, @Nullable String downloadCredits) {
        try {
            return new NoticeReader(content, downloadCredits).notice();
        } catch (ProtocolException e) {
            return new Notice.Unknown("");
        }
    }

    private Notice notice() {
        object(0);
        json.expectEnd();
        String type = values.getOrDefault("type", "");
        return switch (type) {
            case "welcome" ->
                new Notice.Welcome(
                        values.getOrDefault("broker", ""),
                        Math.max(0, number(values.get("window"))),
                        Math.max(0, number(values.get("timeout"))));
            case "drain" -> new Notice.Drain();
            case "credit" ->
                number(values.get("bytes")) > 0
                        ? new Notice.Credit(number(values.get("bytes")))
                        : new Notice.Unknown(type);
            case "disconnect" -> new Notice.Disconnect();
            case "credits" ->
                number(downloadCredits) > 0 ? new Notice.Written(number(downloadCredits)) : new Notice.Unknown(type);
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
    private static long number(@Nullable String digits) {
        try {
            return digits == null ? 0 : Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
