package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.time.InstantSource;

/**
 * Writes every answer that the broker gives on its own account. One per event loop; not to be shared between loops.
 *
 * <pre>
 * HTTP/1.1 503 Service Unavailable
 * Date: Sun, 06 Nov 1994 08:49:37 GMT
 * Server: Lurcher
 * Content-Type: text/plain; charset=utf-8
 * Content-Length: 88
 * Connection: keep-alive
 * X-Lurcher-Reason: no_worker
 * X-Request-Id: 5f2c-19
 * Retry-After: 5
 *
 * Service Unavailable: no worker is connected for this route (no_worker, request 5f2c-19)
 * </pre>
 */
final class ErrorAnswers {
    private static final int USUAL_BYTES = 512;

    private final byte[] server;
    private final HttpDate date;

    /**
     * @param server value of the {@code Server} field; empty leaves it out
     * @param clock for {@code Date}
     */
    ErrorAnswers(String server, InstantSource clock) {
        this.server = server.isEmpty() ? new byte[0] : ("\r\nServer: " + server).getBytes(US_ASCII);
        date = new HttpDate(clock);
    }

    /**
     * One whole answer.
     *
     * @param requestId for {@code X-Request-Id} and the text; ASCII letters, digits and {@code -}
     * @param keepAlive whether the connection stays open after it; an error that {@link HttpError#closes} says close anyway
     * @return a direct buffer that the caller owns
     */
    ByteBuf answer(ByteBufAllocator allocator, Refusal refusal, CharSequence requestId, boolean keepAlive) {
        HttpError error = refusal.error();
        String text = error.phrase() + ": " + refusal.detail() + " (" + error.code() + ", request " + requestId + ")\n";
        ByteBuf out = allocator.directBuffer(USUAL_BYTES);
        ascii(out, "HTTP/1.1 " + error.status() + " " + error.phrase() + "\r\nDate: ");
        out.writeBytes(date.now()).writeBytes(server);
        boolean hasPage = !refusal.page().isEmpty();
        ascii(out, "\r\nContent-Type: text/" + (hasPage ? "html" : "plain") + "; charset=utf-8\r\nContent-Length: ");
        ascii(out, Integer.toString(hasPage ? ByteBufUtil.utf8Bytes(refusal.page()) : text.length()));
        ascii(out, keepAlive && !error.closes() ? "\r\nConnection: keep-alive" : "\r\nConnection: close");
        field(out, "X-Lurcher-Reason", error.code());
        field(out, "X-Request-Id", requestId);
        if (refusal.retryAfterSeconds() > 0) {
            field(out, "Retry-After", Integer.toString(refusal.retryAfterSeconds()));
        }
        if (!refusal.field().isEmpty()) {
            ascii(out, "\r\n" + refusal.field());
        }
        ascii(out, "\r\n\r\n");
        if (!refusal.head() && hasPage) {
            ByteBufUtil.writeUtf8(out, refusal.page());
        } else if (!refusal.head()) {
            ascii(out, text);
        }
        return out;
    }

    /** The value of a Date field; not to be changed. */
    byte[] date() {
        return date.now();
    }

    private static void field(ByteBuf out, String name, CharSequence value) {
        ascii(out, "\r\n");
        ascii(out, name);
        ascii(out, ": ");
        ascii(out, value);
    }

    private static void ascii(ByteBuf out, CharSequence text) {
        ByteBufUtil.writeAscii(out, text);
    }
}
