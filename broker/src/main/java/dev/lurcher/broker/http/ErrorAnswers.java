package dev.lurcher.broker.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.InstantSource;

/** Writes every answer that the broker gives on its own account. One per event loop; not to be shared between loops. */
final class ErrorAnswers {
    /**
     * @param server value of the {@code Server} field; empty leaves it out
     * @param clock for {@code Date}
     */
    ErrorAnswers(String server, InstantSource clock) {}

    /**
     * One whole answer.
     *
     * @param requestId for {@code X-Request-Id} and the text; ASCII letters, digits and {@code -}
     * @param keepAlive whether the connection stays open after it
     * @return a direct buffer that the caller owns
     */
    ByteBuf answer(ByteBufAllocator allocator, Refusal refusal, CharSequence requestId, boolean keepAlive) {
        return allocator.directBuffer();
    }
}
