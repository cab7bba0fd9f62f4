package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.UploadPart;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Content that a worker gets part by part: the first with the request, without being asked; of the rest as much as it has given
 * credit for, and one part at a time, so that no more waits for a worker that does not read. What cannot be sent waits here, and
 * then at the client.
 * <p>Thread: the connection's event loop.
 */
final class StreamUpload implements Upload {
    /** From so much on that waits for credit, the client is held. */
    private static final int HOLD_BYTES = 64 * 1024;

    private final HandlerResponder responder;
    private final Request request;
    private final int mostPartBytes;

    private final Queue<ByteBuf> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private @Nullable Exchange exchange;
    private long credits;
    private long offset;
    private boolean begun;
    private boolean partOnItsWay;
    private boolean whole;
    private boolean done;
    private boolean held;
    private boolean abandoned;

    /** @param mostPartBytes largest part, at least 1 */
    StreamUpload(HandlerResponder responder, Request request, int mostPartBytes) {
        this.responder = responder;
        this.request = request;
        this.mostPartBytes = Math.max(1, mostPartBytes);
        responder.answer().sendContinue();
    }

    @Override
    public void onOffered(Exchange offered) {
        exchange = offered;
        // What was granted before was granted by another worker.
        credits = 0;
    }

    @Override
    public void content(ByteBuf bytes) {
        if (!begun) {
            byte[] first = new byte[Math.min(bytes.readableBytes(), mostPartBytes)];
            bytes.readBytes(first);
            begin(first);
        }
        if (bytes.isReadable() && !abandoned) {
            waiting.add(bytes.retainedSlice());
            waitingBytes += bytes.readableBytes();
            pump();
        }
    }

    @Override
    public void begin(byte[] first) {
        begun = true;
        offset = first.length;
        responder.offer(List.of(new Field("UPLOAD_STREAM", "0")), first);
    }

    @Override
    public void whole() {
        whole = true;
        pump();
    }

    @Override
    public void onCredits(long bytes) {
        credits = bytes > Long.MAX_VALUE - credits ? Long.MAX_VALUE : credits + Math.max(0, bytes);
        pump();
    }

    /** Sends a part if there is something to send, and it may be. */
    private void pump() {
        Exchange to = exchange;
        if (to != null && to.isSent() && !partOnItsWay && !done) {
            long most = Math.min(mostPartBytes, Math.min(credits, waitingBytes));
            if (most > 0) {
                send(to, take((int) most));
            } else if (whole && waitingBytes == 0) {
                send(to, responder.answer().channel().alloc().buffer(0));
            }
        }
        hold(!whole && waitingBytes >= HOLD_BYTES);
        responder.onTurn(this);
    }

    private void send(Exchange to, ByteBuf content) {
        int length = content.readableBytes();
        done = waitingBytes == 0 && (whole || offset + length == request.contentLength());
        UploadPart part = new UploadPart(request.path(), offset, done);
        offset += length;
        credits -= length;
        partOnItsWay = true;
        to.sendPart(part, content, () -> onPartTaken(to));
    }

    private void onPartTaken(Exchange by) {
        if (by == exchange) {
            partOnItsWay = false;
            pump();
        }
    }

    /** The oldest bytes that wait. */
    private ByteBuf take(int length) {
        waitingBytes -= length;
        ByteBuf first = waiting.element();
        if (first.readableBytes() > length) {
            return first.readRetainedSlice(length);
        }
        if (first.readableBytes() == length) {
            return waiting.remove();
        }
        CompositeByteBuf all = responder.answer().channel().alloc().compositeBuffer(waiting.size());
        while (all.readableBytes() < length) {
            ByteBuf next = waiting.element();
            int missing = length - all.readableBytes();
            all.addComponent(true, next.readableBytes() > missing ? next.readRetainedSlice(missing) : waiting.remove());
        }
        return all;
    }

    private void hold(boolean wanted) {
        if (wanted != held) {
            held = wanted;
            responder.answer().holdContent(wanted);
        }
    }

    @Override
    public boolean awaitsWorker() {
        return done || partOnItsWay || (waitingBytes > 0 && credits == 0);
    }

    @Override
    public boolean outliveAnswer() {
        abandon();
        return done;
    }

    @Override
    public void abandon() {
        abandoned = true;
        exchange = null;
        waitingBytes = 0;
        while (!waiting.isEmpty()) {
            waiting.remove().release();
        }
    }
}
