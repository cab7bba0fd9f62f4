package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps what a listener tells. */
class Recorder implements PeerListener {
    final List<Peer> peers = new CopyOnWriteArrayList<>();
    final BlockingQueue<Peer> arrivals = new LinkedBlockingQueue<>();
    final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    final BlockingQueue<String> departures = new LinkedBlockingQueue<>();
    final AtomicInteger readCompletes = new AtomicInteger();
    final AtomicInteger writables = new AtomicInteger();

    record Frame(Peer peer, String text, boolean more) {}

    @Override
    public void onPeer(Peer peer) {
        peers.add(peer);
        arrivals.add(peer);
    }

    @Override
    public void onFrame(Peer peer, ByteBuf buffer, int index, int length, boolean more) {
        if (buffer.nioBufferCount() != 1) {
            throw new AssertionError("the frame is not in one piece");
        }
        frames.add(new Frame(peer, buffer.toString(index, length, StandardCharsets.ISO_8859_1), more));
    }

    @Override
    public void onReadComplete(Peer peer) {
        readCompletes.incrementAndGet();
    }

    @Override
    public void onWritable(Peer peer) {
        writables.incrementAndGet();
    }

    @Override
    public void onGone(Peer peer, String reason) {
        peers.remove(peer);
        departures.add(reason);
    }

    /** The next peer that is still there. */
    Peer peer() {
        Peer peer;
        do {
            peer = next(arrivals, "peer");
        } while (!peers.contains(peer));
        return peer;
    }

    /** The next frame. */
    Frame frame() {
        return next(frames, "frame");
    }

    /** The next whole message. */
    List<String> message() {
        List<String> message = new ArrayList<>();
        Frame frame;
        do {
            frame = frame();
            message.add(frame.text());
        } while (frame.more());
        return message;
    }

    /** Why the next peer went. */
    String departure() {
        return next(departures, "departure");
    }

    private static <T> T next(BlockingQueue<T> queue, String what) {
        try {
            T next = queue.poll(Await.DEADLINE_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("in vain waited for a " + what);
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
