package dev.lurcher.broker.proxy;

import dev.lurcher.protocol.RequestHead;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One request as an upstream is to get it: the client's, without what concerns the client's connection only (RFC 9110, 7.6.1).
 * Immutable, as long as the head is.
 */
public final class UpstreamRequest {
    /** {@link #contentLength()} of content whose length is not known. */
    public static final long CHUNKED = -1;

    private static final AsciiString CONNECTION = AsciiString.cached("connection");
    private static final AsciiString UPGRADE = AsciiString.cached("upgrade");
    private static final AsciiString TE = AsciiString.cached("te");

    private final RequestHead head;
    private final String uri;
    private final String version;
    private final long contentLength;
    private final boolean repeatable;
    private final List<String> nominated;
    private final boolean upgrades;
    private final boolean takesTrailers;

    /**
     * Takes a client's request.
     *
     * @param head          of an HTTP request, valid until the exchange has ended
     * @param contentLength bytes of content, 0 for none, or {@link #CHUNKED}
     * @param idempotent    whether it may be sent twice (RFC 9110, 9.2.2)
     */
    public UpstreamRequest(RequestHead head, long contentLength, boolean idempotent) {
        this.head = head;
        uri = Objects.requireNonNull(head.uri());
        version = Objects.requireNonNull(head.version());
        this.contentLength = contentLength;
        repeatable = idempotent && contentLength == 0;
        List<String> connection = List.of();
        List<String> protocols = List.of();
        List<String> codings = List.of();
        for (int i = 0; i < head.fieldCount(); i++) {
            CharSequence name = head.fieldName(i);
            if (CONNECTION.contentEqualsIgnoreCase(name)) {
                connection = with(connection, head.fieldValue(i));
            } else if (UPGRADE.contentEqualsIgnoreCase(name)) {
                protocols = with(protocols, head.fieldValue(i));
            } else if (TE.contentEqualsIgnoreCase(name)) {
                codings = with(codings, head.fieldValue(i));
            }
        }
        nominated = connection;
        upgrades = contains(connection, "upgrade") && isWebSocket(protocols) && mayUpgrade();
        takesTrailers = contains(codings, "trailers");
    }

    private boolean mayUpgrade() {
        return contentLength == 0 && head.method().equals("GET") && version.equals("HTTP/1.1");
    }

    /** The one protocol that is passed on: others, h2c say, would carry requests past the routes. */
    private static boolean isWebSocket(List<String> protocols) {
        return protocols.size() == 1 && protocols.get(0).equalsIgnoreCase("websocket");
    }

    private static boolean contains(List<String> words, String word) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    /** A list with the elements of another line of it. */
    private static List<String> with(List<String> list, String line) {
        List<String> longer = new ArrayList<>(list);
        for (String element : line.split(",", -1)) {
            longer.add(element.strip());
        }
        return longer;
    }

    RequestHead head() {
        return head;
    }

    /** Path and query. */
    String uri() {
        return uri;
    }

    /** The client's, as {@code 1.1}. */
    String versionNumber() {
        return version.substring("HTTP/".length());
    }

    /** Bytes of content, 0 for none, or {@link #CHUNKED}. */
    long contentLength() {
        return contentLength;
    }

    boolean isHead() {
        return head.method().equals("HEAD");
    }

    /** Whether it may be sent a second time, by its method and because nothing of it is gone by then. */
    boolean isRepeatable() {
        return repeatable;
    }

    /** Whether it asks to go on as a WebSocket. */
    boolean upgrades() {
        return upgrades;
    }

    /** Whether the client says that it understands trailer fields. */
    boolean takesTrailers() {
        return takesTrailers;
    }

    /** Whether the client's Connection field names this one, so that it ends here. */
    boolean isNominated(CharSequence name) {
        for (int i = 0; i < nominated.size(); i++) {
            if (AsciiString.contentEqualsIgnoreCase(nominated.get(i), name)) {
                return true;
            }
        }
        return false;
    }
}
