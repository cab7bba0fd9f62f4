package dev.lurcher.broker.proxy;

import io.netty.buffer.ByteBuf;

/**
 * Hears what becomes of one request. After {@link #onEnd}, {@link #onFailed} or {@link #onSwitch} nothing more comes, and
 * nothing at all after {@link UpstreamExchange#cancel}.
 * <p>Thread: the event loop.
 */
public interface AnswerListener {
    /** An interim head: 100 Continue where the client waits for it, 103 Early Hints, or another. */
    void onInterim(UpstreamHead head);

    /** The head of the answer. */
    void onHead(UpstreamHead head);

    /** Some of its content, without the upstream's framing. Takes the buffer over. */
    void onContent(ByteBuf bytes);

    /** The answer is complete. */
    void onEnd(FieldLines trailers);

    /** There is room for content of the request again. */
    void onRoom();

    /** The upstream has switched to the protocol that was asked for; what comes now waits for {@link Tunnel#open}. */
    void onSwitch(UpstreamHead head, Tunnel tunnel);

    /** There will be no answer, or no more of it. */
    void onFailed(UpstreamException why);
}
