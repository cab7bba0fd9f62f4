package dev.lurcher.broker.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A classic worker (PULL + PUB, by JeroMQ) that does what the test says. One thread. */
public final class ScriptedWorker implements AutoCloseable {
    private static final int MOST_WAIT_MILLIS = 10_000;

    private final ZContext context = new ZContext();
    private final ZMQ.Socket requests;
    private final ZMQ.Socket replies;
    private final String sender;

    /** Connects; returns when its replies are subscribed, so that none can be lost. */
    public ScriptedWorker(String sendSpec, String recvSpec, String sender) {
        this.sender = sender;
        // XPUB is PUB that can tell when it has been subscribed.
        replies = context.createSocket(SocketType.XPUB);
        replies.setReceiveTimeOut(MOST_WAIT_MILLIS);
        replies.setLinger(1000);
        replies.connect(recvSpec);
        if (replies.recv() == null) {
            throw new AssertionError("nobody subscribed at " + recvSpec);
        }
        requests = context.createSocket(SocketType.PULL);
        requests.setReceiveTimeOut(MOST_WAIT_MILLIS);
        requests.connect(sendSpec);
    }

    /** The next message, whatever it is. */
    public RequestMessage take() {
        byte[] frame = requests.recv();
        if (frame == null) {
            throw new AssertionError("no request came");
        }
        return RequestReader.read(frame);
    }

    /** The next message as bytes. */
    public String takeRaw() {
        byte[] frame = requests.recv();
        if (frame == null) {
            throw new AssertionError("no request came");
        }
        return new String(frame, ISO_8859_1);
    }

    /** Whether nothing comes for a moment. */
    public boolean hearsNothing(int millis) {
        requests.setReceiveTimeOut(millis);
        try {
            return requests.recv() == null;
        } finally {
            requests.setReceiveTimeOut(MOST_WAIT_MILLIS);
        }
    }

    /** Sends a whole answer with Content-Length. */
    public void answer(RequestMessage request, String content) {
        send(request.connectionId(), "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
    }

    /** Sends bytes to one connection. */
    public void send(long connectionId, String payload) {
        replies.send(ReplyWriter.reply(sender, new long[] {connectionId}, payload.getBytes(ISO_8859_1)));
    }

    /** Sends bytes to many connections. */
    public void sendToAll(long[] connectionIds, String payload) {
        replies.send(ReplyWriter.reply(sender, connectionIds, payload.getBytes(ISO_8859_1)));
    }

    /** Sends a frame as it is. */
    public void sendRaw(String frame) {
        replies.send(frame.getBytes(ISO_8859_1));
    }

    /** Asks to close a connection. */
    public void askToClose(long connectionId) {
        replies.send(ReplyWriter.close(sender, connectionId));
    }

    @Override
    public void close() {
        context.close();
    }
}
