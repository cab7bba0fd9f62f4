package dev.lurcher.broker.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's HTTP/1 request codec with our own check of every byte of the framing before it.
 *
 * <p>Hands out, for each request: one {@link Request}; then as many {@code HttpContent} as there is content (ownership
 * passes with them), the last of them a {@code LastHttpContent} (for a request without content that one comes at once).
 * At the first fault one {@link Refusal} is handed out in place of whatever should have followed, and everything after
 * it is swallowed until the channel closes.
 *
 * <p>Events it fires: {@link InputEnd} once, after the last thing it hands out, when the client has shut its sending side
 * (Netty's {@code ChannelInputShutdownEvent} passes before it, at once; needs the option {@code ALLOW_HALF_CLOSURE}).
 * With {@code channelInactive} waiting bytes are dropped and no {@link InputEnd} is fired.
 *
 * <p>Thread: the channel's event loop.
 */
final class RequestDecoder extends HttpRequestDecoder {
    /** How the client's sending ended. */
    enum InputEnd {
        /** Between two requests. */
        CLEAN,
        /** Inside a request: it will never be complete. */
        PREMATURE
    }

    /** Where in the stream of requests the decoder stands. */
    enum Phase {
        /** Between two requests; no byte of the next one was looked at (paused: some may wait). */
        IDLE,
        /** Inside a head: its first byte has come, its end has not. */
        HEAD,
        /** After a {@link Request} and before its {@code LastHttpContent}. */
        CONTENT,
        /** After a {@link Refusal}: everything is swallowed. */
        REFUSED
    }

    /**
     * @param limits sizes
     * @param relaxed whether <code>{ } ^</code> may stand in targets (setting {@code request.relaxed})
     * @param scheme {@code http} or {@code https}: what an absolute-form target must name
     */
    RequestDecoder(HttpLimits limits, boolean relaxed, String scheme) {}

    Phase phase() {
        return Phase.IDLE;
    }

    /** Stops handing out. To be called when a {@code LastHttpContent} (or any other part) was received; bytes then wait. */
    void pause() {}

    /** Goes on with what waits. May be called from within {@code channelRead}; handing out may happen during the call. */
    void resume(ChannelHandlerContext ctx) {}

    /** How many bytes have come and were not handed out. */
    int bufferedBytes() {
        return 0;
    }
}
