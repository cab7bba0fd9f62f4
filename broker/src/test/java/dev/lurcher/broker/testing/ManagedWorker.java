package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.Notice;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import dev.lurcher.protocol.WorkerControl;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A managed worker (DEALER) that does what the test says. One thread. Waits at most ten seconds for anything. */
public final class ManagedWorker implements AutoCloseable {
    private final ZmtpSocket socket;
    private final String sender;

    /** Connects, and says nothing yet. */
    public ManagedWorker(String sendSpec, String sender) {
        this.sender = sender;
        socket = new ZmtpSocket(sendSpec, "DEALER");
    }

    /** Says hello and takes the welcome. */
    public Notice.Welcome hello(String name, int capacity) throws IOException {
        say(new WorkerControl.Hello(name, 42, "here", "test", "1", "java", capacity));
        return (Notice.Welcome) take().notice();
    }

    public void say(WorkerControl control) throws IOException {
        socket.send(0, ReplyWriter.control(sender, control));
    }

    /** The next message, whatever it is. */
    public RequestMessage take() throws IOException {
        return RequestReader.read(socket.readFrame());
    }

    /** The next message, or null when none comes for a moment. */
    public @Nullable RequestMessage take(int millis) throws IOException {
        byte[] frame = socket.readFrame(millis);
        return frame == null ? null : RequestReader.read(frame);
    }

    /** Whether nothing comes for a moment. */
    public boolean hearsNothing(int millis) throws IOException {
        return take(millis) == null;
    }

    /** Sends a whole answer with Content-Length. */
    public void answer(RequestMessage request, String content) throws IOException {
        send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
    }

    public void send(long connectionId, String payload) throws IOException {
        socket.send(0, ReplyWriter.reply(sender, new long[] {connectionId}, payload.getBytes(ISO_8859_1)));
    }

    /** Lets so many bytes more of an upload come. */
    public void grant(long connectionId, long bytes) throws IOException {
        ExtendedReply credits = new ExtendedReply.Control(false, bytes, false);
        socket.send(0, ReplyWriter.extended(sender, new long[] {connectionId}, credits));
    }

    /** Sends a frame as it is. */
    public void sendRaw(String frame) throws IOException {
        socket.send(0, frame.getBytes(ISO_8859_1));
    }

    /** Whether the broker has closed the connection; waits for it. */
    public boolean isDropped() {
        try {
            socket.readFrame();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
