package dev.lurcher.broker.http;

import dev.lurcher.protocol.ExtendedReply;

/**
 * The side of a {@link HandlerResponder} for what workers ask beside sending bytes to its client: to let the connection or the
 * upload go on, to end it, to send a file.
 * <p>Thread: the connection's event loop.
 */
final class ExtendedReplies {
    private final HandlerResponder responder;
    private final WorkerSide workers;
    private final ContentSide content;
    private final WebSocketSide sockets;
    private final FileReplies files;

    ExtendedReplies(
            HandlerResponder responder,
            WorkerSide workers,
            ContentSide content,
            WebSocketSide sockets,
            FileReplies files) {
        this.responder = responder;
        this.workers = workers;
        this.content = content;
        this.sockets = sockets;
        this.files = files;
    }

    void onReply(ExtendedReply asked) {
        switch (asked) {
            case ExtendedReply.Control control -> onControl(control);
            case ExtendedReply.SendFile file -> sendFile(file);
            case ExtendedReply.Unknown unknown -> responder.drop();
        }
    }

    private void sendFile(ExtendedReply.SendFile file) {
        if (workers.exchange() == null || sockets.isAsked() || sockets.isOpen()) {
            files.fail("there is no answer under way of which it could be part");
        } else {
            files.send(file);
        }
    }

    private void onControl(ExtendedReply.Control control) {
        if (control.cancel()) {
            responder.drop();
            return;
        }
        Answering answer = responder.answer();
        WebSocketSession session = sockets.session();
        if (control.keepAlive()) {
            answer.keepAlive();
        }
        if (control.keepAlive() && session != null) {
            session.touch();
        }
        Upload upload = content.upload();
        if (upload != null) {
            upload.onCredits(control.credits());
        }
        if (workers.exchange() != null && !answer.hasBegun()) {
            long now = System.nanoTime();
            workers.touch(now);
            answer.wakeAt(workers.lookAgainAt(now));
        }
    }
}
