package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.config.SessionPolicy;
import dev.lurcher.broker.websocket.DeflateOffer;
import dev.lurcher.broker.websocket.FrameReader.Extension;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A request for a WebSocket (RFC 6455, 4.2), and what a worker answers to it. The worker writes the answer; its head is
 * collected here, so that it can be read as a whole.
 * <p>Thread: the connection's event loop.
 */
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final int MOST_HEAD_BYTES = 16 * 1024;
    private static final String EXTENSIONS = "sec-websocket-extensions";

    private final Request request;
    private final byte[] token;
    private final boolean offersDeflate;
    private final StringBuilder answer = new StringBuilder();
    private Extension extension = Extension.NONE;

    private WebSocketHandshake(Request request, String key, boolean offersDeflate) {
        this.request = request;
        this.token = token(key);
        this.offersDeflate = offersDeflate;
    }

    /** Whether a request asks for a WebSocket, well or badly. */
    static boolean isAskedBy(Request request) {
        return hasElement(request, "upgrade", "websocket") && hasElement(request, "connection", "upgrade");
    }

    /** Why a request for a WebSocket is refused, or null. */
    static @Nullable Refusal refuse(Request request, SessionPolicy policy) {
        List<String> versions = request.fields("sec-websocket-version");
        if (!request.method().equals("GET") || !request.version().equals("HTTP/1.1")) {
            return bad("a WebSocket is asked for with GET and HTTP/1.1");
        } else if (request.contentLength() != 0) {
            return bad("a request for a WebSocket has no content");
        } else if (versions.size() != 1 || !versions.get(0).equals("13")) {
            return Refusal.WEBSOCKET_VERSION;
        } else if (!isKey(request.fields("sec-websocket-key"))) {
            return bad("Sec-WebSocket-Key must be 16 bytes in base64");
        }
        String origin = request.field("origin");
        return policy.allows(origin)
                ? null
                : Refusal.of(HttpError.ORIGIN_NOT_ALLOWED, "this origin may not open a WebSocket here");
    }

    /** The handshake of a request that was not refused. */
    static WebSocketHandshake of(Request request, SessionPolicy policy) {
        String key = request.fields("sec-websocket-key").get(0);
        return new WebSocketHandshake(
                request, key, policy.deflate() && DeflateOffer.isAmong(request.fields(EXTENSIONS)));
    }

    private static Refusal bad(String detail) {
        return Refusal.of(HttpError.BAD_REQUEST, detail);
    }

    private static boolean isKey(List<String> keys) {
        try {
            return keys.size() == 1
                    && keys.get(0).length() == 24
                    && Base64.getDecoder().decode(keys.get(0)).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean hasElement(Request request, String field, String element) {
        for (String value : request.fields(field)) {
            for (String each : value.split(",", -1)) {
                if (each.strip().equalsIgnoreCase(element)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static byte[] token(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(ISO_8859_1));
            return Base64.getEncoder().encode(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The request itself. */
    Request request() {
        return request;
    }

    /** The content of the message to the worker: the value of {@code Sec-WebSocket-Accept}. */
    byte[] token() {
        return token;
    }

    // ---- the worker's answer

    /** Takes bytes of its head; false when there are too many of them. */
    boolean collect(ByteBuf buffer, int index, int length) {
        answer.append(buffer.toString(index, length, ISO_8859_1));
        return answer.length() <= MOST_HEAD_BYTES;
    }

    /** Whether some of it has come. */
    boolean isAnswered() {
        return !answer.isEmpty();
    }

    /** What reserved bits may mean: what the broker has agreed on, or worker and client without it. */
    Extension extension() {
        return extension;
    }

    /** What was collected, as it came. */
    ByteBuf answer(ByteBufAllocator allocator) {
        return allocator
                .directBuffer(answer.length())
                .writeBytes(answer.toString().getBytes(ISO_8859_1));
    }

    /** The whole head of a 101, with what the broker agrees on. */
    ByteBuf switchingProtocols(ByteBufAllocator allocator) {
        if (answer.toString().toLowerCase(Locale.ROOT).contains("\r\n" + EXTENSIONS + ":")) {
            extension = Extension.FOREIGN;
        } else if (offersDeflate) {
            extension = Extension.DEFLATE;
            answer.insert(answer.length() - 2, DeflateOffer.AGREED);
        }
        return answer(allocator);
    }
}
