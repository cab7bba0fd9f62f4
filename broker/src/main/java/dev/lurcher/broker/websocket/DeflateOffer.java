package dev.lurcher.broker.websocket;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether a client offers a compression that the broker can do (RFC 7692, 7.1). */
public final class DeflateOffer {
    /** The field with which the broker agrees: each message is compressed by itself, with the usual window. */
    public static final String AGREED =
            "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n";

    private static final String NAME = "permessage-deflate";

    private DeflateOffer() {}

    /**
     * Looks for an offer.
     *
     * @param values of the fields {@code Sec-WebSocket-Extensions}
     */
    public static boolean isAmong(List<String> values) {
        for (String value : values) {
            for (String offer : value.split(",", -1)) {
                if (canBeMet(offer.toLowerCase(Locale.ROOT).split(";", -1))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Every parameter must be known, valid, and given once. What bounds the window of what the broker sends cannot be met. */
    private static boolean canBeMet(String[] parts) {
        if (!parts[0].strip().equals(NAME)) {
            return false;
        }
        List<String> seen = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] parameter = parts[i].split("=", 2);
            String name = parameter[0].strip();
            String value = parameter.length == 1 ? "" : unquoted(parameter[1].strip());
            boolean fits = switch (name) {
                case "server_no_context_takeover", "client_no_context_takeover" -> parameter.length == 1;
                case "client_max_window_bits" -> parameter.length == 1 || value.matches("[89]|1[0-5]");
                default -> false;
            };
            if (!fits || seen.contains(name)) {
                return false;
            }
            seen.add(name);
        }
        return true;
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
