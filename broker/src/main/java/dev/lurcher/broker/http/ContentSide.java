package dev.lurcher.broker.http;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.upload.UploadStore;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The side of a {@link HandlerResponder} that has to do with the content of requests: collects what goes in one message, and
 * makes an {@link Upload} of what is larger.
 * <p>Thread: the connection's event loop.
 */
final class ContentSide {
    private final HandlerResponder responder;
    private final HttpServer server;
    private final int mostBytes;
    private final ContentBuffer content;

    private @Nullable Request request;
    /** How the content reaches a worker where it is too large for one message. */
    private @Nullable Upload upload;

    private long mostUploadBytes;

    ContentSide(HandlerResponder responder, HttpServer server) {
        this.responder = responder;
        this.server = server;
        this.mostBytes = server.settings().maxContentBytes();
        this.content = new ContentBuffer(mostBytes, server.contentMemory());
    }

    /** Makes ready for the content of a request; why it is not taken, or null. */
    @Nullable
    Refusal start(Request head, HandlerLimits limits, HandlerPool pool) {
        long announced = head.contentLength();
        mostUploadBytes = server.canUpload() ? limits.uploadBytes() : 0;
        if (announced > mostBytes && announced > mostUploadBytes) {
            return tooLarge();
        }
        request = head;
        if (announced > mostBytes) {
            upload = newUpload(head);
        } else if (announced != 0) {
            if (mostUploadBytes > mostBytes) {
                responder.answer().allowContent(mostUploadBytes);
            }
            content.start(announced, server.contentMemory(pool));
            responder.answer().sendContinue();
        }
        return null;
    }

    private Refusal tooLarge() {
        return mostUploadBytes > mostBytes
                ? Refusal.uploadTooLarge(mostUploadBytes)
                : Refusal.contentTooLarge(mostBytes);
    }

    private Upload newUpload(Request head) {
        UploadStore store = server.uploadStore();
        return store == null ? new StreamUpload(responder, head, mostBytes) : new FileUpload(responder, head, store);
    }

    /** Takes some of the content; why not, or null. */
    @Nullable
    Refusal take(ByteBuf bytes) {
        if (upload != null) {
            upload.content(bytes);
            return null;
        }
        return switch (content.append(bytes)) {
            case TAKEN -> null;
            case TOO_LARGE -> outgrow(bytes);
            case NO_MEMORY -> Refusal.OVERLOADED;
        };
    }

    /** Content whose length was not announced becomes an upload, which begins with what has been collected. */
    private @Nullable Refusal outgrow(ByteBuf bytes) {
        Request head = request;
        if (head == null || mostUploadBytes <= mostBytes) {
            return tooLarge();
        }
        Upload begun = newUpload(head);
        upload = begun;
        begun.begin(content.take());
        if (upload != null) {
            upload.content(bytes);
        }
        return null;
    }

    /** The upload under way, or null. */
    @Nullable
    Upload upload() {
        return upload;
    }

    /** What was collected. */
    byte[] collected() {
        return content.take();
    }

    /** The answer is whole: a worker that does not get the rest of an upload is told. */
    void endWith(Exchange answered) {
        Upload under = upload;
        upload = null;
        if (under != null && !under.outliveAnswer()) {
            answered.pool().disconnected(answered.connectionId(), answered);
        }
    }

    /** The request is over. */
    void forget() {
        Upload under = upload;
        upload = null;
        request = null;
        if (under != null) {
            under.abandon();
        }
        content.release();
    }
}
