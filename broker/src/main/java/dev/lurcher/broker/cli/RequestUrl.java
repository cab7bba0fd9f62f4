package dev.lurcher.broker.cli;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What of a URL decides about a route.
 *
 * @param host as the field Host would name it, without the port; null for a URL that is only a path
 * @param port the port that is meant; 0 where there is no telling
 * @param path as it would be sent: percent-encoded, without query
 */
record RequestUrl(@Nullable String host, int port, String path) {
    private static final Pattern WHOLE = Pattern.compile(
            "(?:(?<scheme>https?|wss?)://)?(?<host>\\[[0-9A-Fa-f:.]+\\]|[^/?#:\\[\\]@\\s]+)(?::(?<port>[0-9]{1,5}))?(?<rest>[/?#].*)?");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int MOST_PORT = 65_535;

    /** Reads what somebody types: a whole URL, one without its scheme, or a path. */
    static final class Converter implements ITypeConverter<RequestUrl> {
        @Override
        public RequestUrl convert(String text) {
            if (text.startsWith("/")) {
                return new RequestUrl(null, 0, path(text));
            }
            Matcher matcher = WHOLE.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'" + text + "' is no URL. Fix: write http://HOST/PATH, HOST/PATH, or /PATH");
            }
            String rest = matcher.group("rest");
            String path = path(rest == null ? "" : rest);
            return new RequestUrl(matcher.group("host"), port(matcher), path.isEmpty() ? "/" : path);
        }
    }

    private static int port(Matcher matcher) {
        if (matcher.group("port") != null) {
            int port = Integer.parseInt(matcher.group("port"));
            if (port < 1 || port > MOST_PORT) {
                throw new TypeConversionException("'" + matcher.group() + "': there is no port " + port
                        + ". Fix: write one of 1 to " + MOST_PORT + ", or leave it out");
            }
            return port;
        }
        String scheme = matcher.group("scheme");
        return scheme == null ? 0 : scheme.endsWith("s") ? HTTPS : HTTP;
    }

    /** The path without query and fragment, and what clients may not send as it is percent-encoded as they do. */
    private static String path(String rest) {
        StringBuilder path = new StringBuilder();
        for (byte octet : rest.split("[?#]", 2)[0].getBytes(StandardCharsets.UTF_8)) {
            if (octet <= ' ' || octet == 0x7f || octet == '"' || octet == '<' || octet == '>') {
                path.append("%%%02X".formatted(octet & 0xff));
            } else {
                path.append((char) octet);
            }
        }
        return path.toString();
    }
}
