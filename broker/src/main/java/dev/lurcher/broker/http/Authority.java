package dev.lurcher.broker.http;

import io.netty.util.NetUtil;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The authority of a request: the value of Host, or the part of an absolute-form target that stands for it.
 *
 * <pre>  authority = host [ ":" [ port ] ]     host = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" ) / "[" IPv6address "]" </pre>
 *
 * RFC 3986 allows more in a host ({@code %41}, {@code a,b}, {@code $}); no name that resolves holds it, and software takes
 * it for different hosts.
 */
final class Authority {
    private static final int PORT_DIGITS = 5;
    private static final int LAST_PORT = 65535;

    private Authority() {}

    /** The host in lower case without its port, an IPv6 address with its brackets; null when the authority is malformed. */
    static @Nullable String host(String authority) {
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        if (end < 0) {
            end = authority.length();
        }
        if (!isHost(authority, end) || !isPort(authority, end)) {
            return null;
        }
        return authority.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private static boolean isHost(String authority, int end) {
        if (!authority.startsWith("[")) {
            return OctetClass.all(OctetClass.HOST, authority, 0, end);
        }
        // The zone id that Netty would take after % names an interface of the sender's machine.
        return end > 2
                && authority.lastIndexOf('%', end) < 0
                && NetUtil.isValidIpV6Address(authority.substring(1, end - 1));
    }

    private static boolean isPort(String authority, int colon) {
        int digits = authority.length() - colon - 1;
        if (digits <= 0) {
            return digits < 0 || authority.charAt(colon) == ':';
        }
        return authority.charAt(colon) == ':'
                && digits <= PORT_DIGITS
                && OctetClass.all(OctetClass.DIGIT, authority, colon + 1, authority.length())
                && Integer.parseInt(authority, colon + 1, authority.length(), 10) <= LAST_PORT;
    }
}
