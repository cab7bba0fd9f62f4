package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.protocol.RequestHead;
import org.jspecify.annotations.Nullable;

/** What requests of one handler have in common that belong to the same worker. Immutable. */
final class Affinity {
    private final HandlerPolicy.Affinity kind;

    Affinity(HandlerPolicy.Affinity kind) {
        this.kind = kind;
    }

    /** Whether there is any. */
    boolean isAny() {
        return !(kind instanceof HandlerPolicy.Affinity.None);
    }

    /** Equal for requests that belong together; 0 for one that may go to any worker. */
    int hash(RequestHead head) {
        return switch (kind) {
            case HandlerPolicy.Affinity.None none -> 0;
            case HandlerPolicy.Affinity.Address address -> head.remoteAddress().hashCode();
            case HandlerPolicy.Affinity.Field field -> hash(field(head, field.name(), ""));
            case HandlerPolicy.Affinity.Cookie cookie -> hash(field(head, "cookie", cookie.name()));
        };
    }

    private static int hash(@Nullable String value) {
        return value == null ? 0 : value.hashCode();
    }

    /**
     * The first value of a field, or of a cookie in it.
     *
     * @param cookie its name, or empty for the whole value
     */
    private static @Nullable String field(RequestHead head, String name, String cookie) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (name.contentEquals(lower(head.fieldName(i)))) {
                String value = cookie.isEmpty() ? head.fieldValue(i) : cookie(head.fieldValue(i), cookie);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    /** The value of a cookie (RFC 6265, 4.2.1), or null. */
    private static @Nullable String cookie(String cookies, String name) {
        int at = 0;
        while (at < cookies.length()) {
            int end = cookies.indexOf(';', at);
            end = end < 0 ? cookies.length() : end;
            String pair = cookies.substring(at, end).strip();
            if (pair.length() > name.length() && pair.startsWith(name) && pair.charAt(name.length()) == '=') {
                return pair.substring(name.length() + 1);
            }
            at = end + 1;
        }
        return null;
    }

    private static CharSequence lower(CharSequence name) {
        return name.toString().toLowerCase(java.util.Locale.ROOT);
    }
}
