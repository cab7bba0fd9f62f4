package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.Exchange;
import dev.lurcher.broker.upload.UploadFault;
import dev.lurcher.broker.upload.UploadFile;
import dev.lurcher.broker.upload.UploadOwner;
import dev.lurcher.broker.upload.UploadStore;
import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Content that a worker finds in a file. The worker gets the request when the file is there, and once more when all content is
 * in it; the file is the worker's from then on.
 * <p>Thread: the connection's event loop.
 */
final class FileUpload implements Upload, UploadOwner {
    private static final String START = "x-mongrel2-upload-start";
    private static final String DONE = "x-mongrel2-upload-done";

    private final HandlerResponder responder;
    private final Request request;
    private final UploadFile file;

    private String path = "";
    private @Nullable Exchange exchange;
    private boolean contentBegun;
    private boolean whole;
    private boolean delivered;

    FileUpload(HandlerResponder responder, Request request, UploadStore store) {
        this.responder = responder;
        this.request = request;
        this.file = store.begin(responder.answer().channel().eventLoop(), this, request.contentLength());
    }

    @Override
    public void onOpened(String newPath) {
        path = newPath;
        if (!contentBegun) {
            responder.answer().sendContinue();
        }
        responder.offer(List.of(new Field(START, path)), Exchange.NO_CONTENT);
    }

    @Override
    public void onOffered(Exchange offered) {
        exchange = offered;
    }

    @Override
    public void begin(byte[] collected) {
        contentBegun = true;
        file.write(Unpooled.wrappedBuffer(collected));
    }

    @Override
    public void content(ByteBuf bytes) {
        contentBegun = true;
        if (!file.write(bytes.retainedSlice())) {
            responder.answer().holdContent(true);
        }
    }

    @Override
    public void onRoom() {
        responder.answer().holdContent(false);
    }

    @Override
    public void whole() {
        whole = true;
        file.finish();
    }

    @Override
    public void onKept() {
        Exchange told = exchange;
        delivered = true;
        if (told != null) {
            // In the order of Mongrel2.
            told.complete(new ToldRequest(request, new Fields(List.of(new Field(DONE, path), new Field(START, path)))));
            responder.onTurn(this);
        }
    }

    @Override
    public void onFailed(UploadFault why) {
        responder.fail(this, Refusal.of(HttpError.INSUFFICIENT_STORAGE, why.detail()));
    }

    @Override
    public boolean awaitsWorker() {
        return delivered;
    }

    @Override
    public boolean outliveAnswer() {
        if (!whole) {
            abandon();
        }
        return whole;
    }

    @Override
    public void abandon() {
        // What is complete belongs to the worker, if there was one.
        if (!delivered || exchange == null || exchange.heldNanos() == 0) {
            file.discard();
        }
    }
}
