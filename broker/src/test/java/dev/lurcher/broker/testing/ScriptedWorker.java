package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A classic worker (PULL + PUB) that does what the test says. One thread. Waits at most ten seconds for anything. */
public final class ScriptedWorker implements AutoCloseable {
    private final ZmtpSocket requests;
    private final ZmtpSocket replies;
    private final String sender;

    /** Connects; returns when its replies are subscribed, so that none can be lost. */
    public ScriptedWorker(String sendSpec, String recvSpec, String sender) throws IOException {
        this.sender = sender;
        replies = new ZmtpSocket(recvSpec, "PUB");
        replies.readFrame();
        requests = new ZmtpSocket(sendSpec, "PULL");
    }

    /** The next message, whatever it is. */
    public RequestMessage take() throws IOException {
        return RequestReader.read(requests.readFrame());
    }

    /** The next message that is no notice. */
    public RequestMessage takeRequest() throws IOException {
        RequestMessage message = take();
        while (message.isDisconnect()) {
            message = take();
        }
        return message;
    }

    /** The next message; null when none begins in time. */
    public @Nullable RequestMessage poll(int millis) throws IOException {
        byte[] frame = requests.readFrame(millis);
        return frame == null ? null : RequestReader.read(frame);
    }

    /** The next message as bytes. */
    public String takeRaw() throws IOException {
        return new String(requests.readFrame(), ISO_8859_1);
    }

    /** Whether nothing comes for a moment. */
    public boolean hearsNothing(int millis) throws IOException {
        return requests.readFrame(millis) == null;
    }

    /** Sends a whole answer with Content-Length. */
    public void answer(RequestMessage request, String content) throws IOException {
        send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
    }

    /** Sends bytes to one connection. */
    public void send(long connectionId, String payload) throws IOException {
        sendToAll(new long[] {connectionId}, payload);
    }

    /** Sends bytes to many connections. */
    public void sendToAll(long[] connectionIds, String payload) throws IOException {
        replies.send(0, ReplyWriter.reply(sender, connectionIds, payload.getBytes(ISO_8859_1)));
    }

    /** Asks for something else than sending bytes. */
    public void ask(long connectionId, ExtendedReply what) throws IOException {
        replies.send(0, ReplyWriter.extended(sender, new long[] {connectionId}, what));
    }

    /** Lets so many bytes more of an upload come. */
    public void grant(long connectionId, long bytes) throws IOException {
        ask(connectionId, new ExtendedReply.Control(false, bytes, false));
    }

    /** Sends a frame as it is. */
    public void sendRaw(String frame) throws IOException {
        replies.send(0, frame.getBytes(ISO_8859_1));
    }

    /** Asks to close a connection. */
    public void askToClose(long connectionId) throws IOException {
        replies.send(0, ReplyWriter.close(sender, connectionId));
    }

    /** Takes no more requests; its replies still go out. */
    public void closeRequests() throws IOException {
        requests.close();
    }

    @Override
    public void close() throws IOException {
        requests.close();
        replies.close();
    }
}
