package dev.lurcher.broker;

import dev.lurcher.broker.control.ControlDesk;
import dev.lurcher.broker.control.Operations;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Peer;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.broker.zmtp.Role;
import dev.lurcher.broker.zmtp.Security;
import dev.lurcher.broker.zmtp.ZmtpException;
import dev.lurcher.broker.zmtp.ZmtpListener;
import dev.lurcher.broker.zmtp.ZmtpSettings;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens at the control port, which is a REP endpoint: messages are gathered from their frames, and answered one after the
 * other.
 * <pre> message = *route empty content          ; frames; the answer repeats all but the content </pre>
 * <p>Thread: peers live on event loops. Answers are made by a thread of its own, which is there only while it is needed.
 * <p>Full: when too many messages wait the next ones are answered so. Broken: a message without an empty frame is dropped, as
 * libzmq does; a peer whose message is too large is dropped.
 */
final class ControlPort implements PeerListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPort.class);
    private static final int MOST_WAITING = 64;
    private static final int MOST_PEERS = 64;
    private static final int MOST_FRAMES = 32;
    private static final int IDLE_SECONDS = 5;
    private static final int CLOSE_SECONDS = 5;
    private static final byte[] EMPTY = {};

    private final ControlDesk desk;
    private final ThreadPoolExecutor thread;
    private final ZmtpListener listener;

    /**
     * Binds it, and makes the folder in which its socket lies.
     *
     * @throws StartException when it cannot be bound
     */
    ControlPort(EventLoops loops, Endpoint endpoint, ZmtpSettings settings, Operations operations) {
        desk = new ControlDesk(operations);
        thread = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MOST_WAITING), ControlPort::thread);
        thread.allowCoreThreadTimeOut(true);
        try {
            Path folder = endpoint instanceof Endpoint.Ipc ipc ? ipc.path().getParent() : null;
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            listener = ZmtpListener.bind(loops, endpoint, new Role.Control(), this, limited(settings))
                    .toCompletableFuture()
                    .join();
        } catch (IOException e) {
            throw new StartException("the folder of the control port " + endpoint + " cannot be made: " + e
                    + ". Fix: make it, or correct server.control_port.");
        } catch (ZmtpException e) {
            throw new StartException(String.valueOf(e.getMessage()));
        } catch (CompletionException e) {
            throw e.getCause() instanceof ZmtpException refused
                    ? new StartException(String.valueOf(refused.getMessage()))
                    : e;
        }
    }

    private static ZmtpSettings limited(ZmtpSettings settings) {
        return new ZmtpSettings(
                settings.handshakeTimeout(),
                ControlDesk.MOST_MESSAGE_BYTES,
                MOST_PEERS,
                settings.heartbeatInterval(),
                settings.heartbeatTimeout(),
                settings.writeBufferHighBytes(),
                settings.linger(),
                settings.security());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "control");
        thread.setDaemon(true);
        return thread;
    }

    /** Where it is bound, with the real port when 0 was configured. */
    Endpoint endpoint() {
        return listener.endpoint();
    }

    /** Changes whom it lets in, and drops who is there and would not be. */
    void admit(Security security) {
        listener.admit(security);
    }

    /** Accepts nobody any more, and lets go of those who are there once their answers have left. */
    void stop() {
        listener.close();
    }

    /** Does so once what was asked before is answered: what asks for this may be one of those commands. Waits for nothing. */
    void retire() {
        try {
            thread.execute(this::stop);
        } catch (RejectedExecutionException full) {
            stop();
        }
        thread.shutdown();
    }

    /** One message of a peer, as far as it has come. */
    private static final class Gathering {
        private final List<byte[]> route = new ArrayList<>();
        private boolean routeEnded;
        private byte @Nullable [] content;
        private int frames;
        private int bytes;

        /** Takes a frame; false when that is too much. What follows the content's first frame is dropped. */
        boolean take(ByteBuf buffer, int index, int length) {
            frames++;
            bytes += length;
            if (frames > MOST_FRAMES || bytes > ControlDesk.MOST_MESSAGE_BYTES) {
                return false;
            }
            if (!routeEnded && length == 0) {
                routeEnded = true;
            } else if (!routeEnded) {
                route.add(copy(buffer, index, length));
            } else if (content == null) {
                content = copy(buffer, index, length);
            }
            return true;
        }

        private static byte[] copy(ByteBuf buffer, int index, int length) {
            byte[] copy = new byte[length];
            buffer.getBytes(index, copy);
            return copy;
        }
    }

    @Override
    public void onPeer(Peer peer) {
        peer.attach(new Gathering());
    }

    @Override
    public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
        if (!(peer.attachment() instanceof Gathering message)) {
            throw new IllegalStateException("peer " + peer.remoteAddress() + " was never introduced");
        }
        if (!message.take(buffer, index, length)) {
            LOG.warn("control port: {} is dropped: its message is too large", peer.remoteAddress());
            peer.close("its message is too large");
        } else if (!more) {
            peer.attach(new Gathering());
            answer(peer, message);
        }
    }

    private void answer(Peer peer, Gathering message) {
        byte[] content = message.content;
        if (content == null) {
            LOG.debug("control port: a message of {} has no empty frame before its content", peer.remoteAddress());
        } else if (!peer.isWritable()) {
            peer.close("it does not read its answers");
        } else {
            try {
                thread.execute(() -> answer(peer, message.route, content));
            } catch (RejectedExecutionException full) {
                send(peer, message.route, ControlDesk.busy().bytes());
            }
        }
    }

    /** On the port's own thread. */
    private void answer(Peer peer, List<byte[]> route, byte[] content) {
        ControlDesk.Reply reply = desk.answer(ByteBuffer.wrap(content), peer.remoteAddress());
        try {
            peer.loop()
                    .submit(() -> send(peer, route, reply.bytes()))
                    .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("control port: the broker was closed before {} had its answer", peer.remoteAddress());
        }
        reply.afterwards().run();
    }

    private static void send(Peer peer, List<byte[]> route, byte[] content) {
        for (byte[] hop : route) {
            peer.send(hop, 0, hop.length, true);
        }
        peer.send(EMPTY, 0, 0, true);
        peer.send(content, 0, content.length);
    }

    @Override
    public void onReadComplete(Peer peer) {
        // Answers leave when they are there.
    }

    @Override
    public void onWritable(Peer peer) {
        // Answers are not held back.
    }

    @Override
    public void onGone(Peer peer, String reason) {
        LOG.debug("control port: {} has left: {}", peer.remoteAddress(), reason);
    }

    /** Answers what has been asked, for five seconds at most. Not to be called by an event loop, nor by the port's own thread. */
    @Override
    public void close() {
        stop();
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("control port: a command has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
