package dev.lurcher.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Words that stand in nearly every request: read without making them anew each time. Immutable. */
final class KnownWords {
    private static final List<String> WORDS = List.of(
            "PATH",
            "METHOD",
            "VERSION",
            "URI",
            "QUERY",
            "PATTERN",
            "URL_SCHEME",
            "REMOTE_ADDR",
            "FLAGS",
            "HTTP/1.1",
            "HTTP/1.0",
            "GET",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "HEAD",
            "OPTIONS",
            "JSON",
            "WEBSOCKET",
            "http",
            "https",
            "/",
            "*/*",
            "host",
            "connection",
            "user-agent",
            "accept",
            "accept-encoding",
            "accept-language",
            "cookie",
            "referer",
            "origin",
            "authorization",
            "cache-control",
            "content-type",
            "content-length",
            "if-none-match",
            "if-modified-since",
            "upgrade-insecure-requests",
            "sec-fetch-dest",
            "sec-fetch-mode",
            "sec-fetch-site",
            "sec-fetch-user",
            "priority",
            "x-forwarded-for",
            "x-request-id",
            "traceparent",
            "tracestate",
            "keep-alive",
            "close",
            "localhost",
            "127.0.0.1",
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "gzip",
            "gzip, deflate, br, zstd",
            "1");

    private static final int SLOTS = 1024;
    private static final @Nullable String[] TABLE = new @Nullable String[SLOTS];

    static {
        for (String word : WORDS) {
            int slot =
                    slot(word.length(), word.charAt(0), word.charAt(word.length() / 2), word.charAt(word.length() - 1));
            // Of two that share a place, the one that is named first has it.
            if (TABLE[slot] == null) {
                TABLE[slot] = word;
            }
        }
    }

    private KnownWords() {}

    /** The word that these octets are; null where it is none of those. */
    static @Nullable String find(byte[] bytes, int from, int length) {
        if (length == 0) {
            return "";
        }
        String word = TABLE[slot(length, bytes[from], bytes[from + length / 2], bytes[from + length - 1])];
        if (word == null || word.length() != length) {
            return null;
        }
        for (int i = 0; i < length; i++) {
            if (word.charAt(i) != bytes[from + i]) {
                return null;
            }
        }
        return word;
    }

    private static int slot(int length, int first, int middle, int last) {
        return (length * 31 + first * 7 + middle * 131 + last * 17) & (SLOTS - 1);
    }
}
