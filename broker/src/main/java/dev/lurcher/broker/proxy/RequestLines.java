package dev.lurcher.broker.proxy;

import dev.lurcher.protocol.RequestHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;

/**
 * Writes the head of a request to an upstream, always as HTTP/1.1.
 *
 * <pre>
 * GET /path?query HTTP/1.1
 * Host: www.example.com                                the client's; that of the upstream where HTTP/1.0 came without
 * ...                                                  the client's fields but for hop-by-hop ones and those below
 * X-Forwarded-For: 192.0.2.7
 * X-Forwarded-Proto: http
 * X-Forwarded-Host: www.example.com
 * X-Real-IP: 192.0.2.7
 * Forwarded: for=192.0.2.7;host="www.example.com";proto=http
 * Via: 1.1 lurcher                                     after those that are there
 * Content-Length: 5                                    or Transfer-Encoding: chunked
 * </pre>
 *
 * What a client says of forwarding is dropped, since it could say anything. Under {@code no_clobber_xff} it is believed: then
 * X-Forwarded-For and Forwarded go on with our element behind theirs, and of the others the client's stand.
 */
final class RequestLines {
    /** RFC 9110, 7.6.1, and what nobody behind us should see. Trailer: the trailers of requests are not passed on. */
    private static final FieldNames DROPPED = FieldNames.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "http2-settings",
            "content-length");

    private static final FieldNames FORWARDING =
            FieldNames.of("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip", "forwarded");

    private static final AsciiString HOST = AsciiString.cached("host");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");

    private RequestLines() {}

    /**
     * Writes a head with its empty line.
     *
     * @param authority of the upstream, for requests that name no host
     */
    static void write(ByteBuf out, UpstreamRequest request, String authority) {
        RequestHead head = request.head();
        ascii(out, head.method());
        out.writeByte(' ');
        ascii(out, request.uri());
        ascii(out, " HTTP/1.1\r\n");
        String host = null;
        boolean hasLength = false;
        boolean trusted = head.forwardedFor() == null;
        for (int i = 0; i < head.fieldCount(); i++) {
            CharSequence name = head.fieldName(i);
            if (HOST.contentEqualsIgnoreCase(name)) {
                host = head.fieldValue(i);
                field(out, "Host", host);
            } else if (isPassedOn(request, name, trusted)) {
                field(out, name, head.fieldValue(i));
            } else {
                hasLength |= CONTENT_LENGTH.contentEqualsIgnoreCase(name);
            }
        }
        if (host == null) {
            field(out, "Host", authority);
        }
        forwarding(out, request, host == null ? authority : host, trusted);
        connection(out, request);
        framing(out, request, hasLength);
        ascii(out, "\r\n");
    }

    private static boolean isPassedOn(UpstreamRequest request, CharSequence name, boolean trusted) {
        return !DROPPED.contains(name) && (trusted || !FORWARDING.contains(name)) && !request.isNominated(name);
    }

    private static void forwarding(ByteBuf out, UpstreamRequest request, String host, boolean trusted) {
        RequestHead head = request.head();
        String address = head.remoteAddress();
        // Two lines of a list are one list (RFC 9110, 5.3).
        field(out, "X-Forwarded-For", address);
        single(out, request, trusted, "X-Forwarded-Proto", head.scheme());
        single(out, request, trusted, "X-Forwarded-Host", host);
        single(out, request, trusted, "X-Real-IP", address);
        forwarded(out, head, host);
        ascii(out, "Via: ");
        ascii(out, request.versionNumber());
        ascii(out, " lurcher\r\n");
    }

    /** RFC 7239. */
    private static void forwarded(ByteBuf out, RequestHead head, String host) {
        String address = head.remoteAddress();
        boolean v6 = address.indexOf(':') >= 0;
        ascii(out, v6 ? "Forwarded: for=\"[" : "Forwarded: for=");
        ascii(out, address);
        ascii(out, v6 ? "]\"" : "");
        if (host.indexOf('"') < 0 && host.indexOf('\\') < 0) {
            ascii(out, ";host=\"");
            ascii(out, host);
            out.writeByte('"');
        }
        ascii(out, ";proto=");
        ascii(out, head.scheme());
        ascii(out, "\r\n");
    }

    private static void single(ByteBuf out, UpstreamRequest request, boolean trusted, String name, String value) {
        if (!trusted || !has(request, name)) {
            field(out, name, value);
        }
    }

    private static boolean has(UpstreamRequest request, String name) {
        RequestHead head = request.head();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (AsciiString.contentEqualsIgnoreCase(head.fieldName(i), name)) {
                return !request.isNominated(name);
            }
        }
        return false;
    }

    private static void connection(ByteBuf out, UpstreamRequest request) {
        if (request.upgrades()) {
            ascii(out, "Connection: upgrade\r\nUpgrade: websocket\r\n");
        } else if (request.takesTrailers()) {
            ascii(out, "Connection: TE\r\nTE: trailers\r\n");
        }
    }

    private static void framing(ByteBuf out, UpstreamRequest request, boolean hasLength) {
        if (request.contentLength() == UpstreamRequest.CHUNKED) {
            ascii(out, "Transfer-Encoding: chunked\r\n");
        } else if (request.contentLength() > 0 || hasLength) {
            field(out, "Content-Length", Long.toString(request.contentLength()));
        }
    }

    private static void field(ByteBuf out, CharSequence name, String value) {
        ascii(out, name);
        ascii(out, ": ");
        ascii(out, value);
        ascii(out, "\r\n");
    }

    /** Chars 0..255 as bytes. */
    private static void ascii(ByteBuf out, CharSequence text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
