package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import org.jspecify.annotations.Nullable;

/**
 * What leaves towards one peer. Frames gather in a direct buffer, which is written once per turn of the event loop, so that
 * all requests read in one turn leave in one system call. Large contents pass by reference.
 * <pre>
 *   frame = flags size content          flags = one octet, see {@link Frames}
 *   size  = OCTET / 8OCTET              network byte order; eight octets where the LONG flag is set
 * </pre>
 * <p>Thread: the peer's event loop, but {@link #isWritable} from any.
 */
// Not final: CurveOutput seals the frames. Where no endpoint has CURVE that class is not loaded, so that calls need no
// choice.
class PeerOutput {
    /** Content from this size on is not copied. */
    private static final int LARGE_BYTES = 4096;

    private static final int BATCH_BYTES = 16384;
    static final int MOST_HEADER_BYTES = 9;

    private final Channel channel;
    private final Runnable onRoom;
    private final Runnable flushTask = this::flush;
    private boolean flushScheduled;
    private boolean closed;
    private volatile boolean full;

    /** Frames that the channel has not been given yet. */
    private @Nullable ByteBuf batch;

    /** @param onRoom called when there is room again after {@link #isWritable} was false */
    PeerOutput(Channel channel, Runnable onRoom) {
        this.channel = channel;
        this.onRoom = onRoom;
    }

    /** What leaves towards a peer of an endpoint with these rules. */
    static PeerOutput of(Security security, Channel channel, Runnable onRoom) {
        return security instanceof Security.Curve ? CurveOutput.open(channel, onRoom) : new PeerOutput(channel, onRoom);
    }

    /** Encrypts everything from now on. */
    void seal(CurveSession session) {
        throw new IllegalStateException("no output for " + session);
    }

    final boolean isClosed() {
        return closed;
    }

    /** Whether fewer bytes wait than the high-water mark allows. */
    boolean isWritable() {
        return !full;
    }

    /** Bytes that the operating system has not taken yet, and about a hundred for each buffer of them. */
    long pendingBytes() {
        var waiting = channel.unsafe().outboundBuffer();
        return (waiting == null ? 0 : waiting.totalPendingWriteBytes()) + batched();
    }

    /** Appends bytes that are no frame. */
    void raw(byte[] bytes, int from, int to) {
        if (!closed) {
            room(to - from).writeBytes(bytes, from, to - from);
            appended();
        }
    }

    /** Appends a command. */
    void command(byte[] command) {
        frame(Frames.COMMAND, command, 0, command.length);
    }

    /** Appends a frame. */
    void frame(int flags, byte[] content, int from, int to) {
        assert channel.eventLoop().inEventLoop();
        if (closed) {
            return;
        }
        int length = to - from;
        ByteBuf room = room(MOST_HEADER_BYTES + length);
        header(room, flags, length);
        room.writeBytes(content, from, length);
        appended();
    }

    /** Appends a frame whose content is {@code head}, {@code content} and {@code tail}; releases {@code content} when it has left. */
    void frame(int flags, byte[] head, int from, int to, ByteBuf content, byte[] tail) {
        assert channel.eventLoop().inEventLoop();
        if (closed) {
            content.release();
            return;
        }
        int contentLength = content.readableBytes();
        int headLength = to - from;
        boolean large = contentLength >= LARGE_BYTES;
        ByteBuf room = room(MOST_HEADER_BYTES + headLength + (large ? 0 : contentLength + tail.length));
        header(room, flags, headLength + contentLength + tail.length);
        room.writeBytes(head, from, headLength);
        if (large) {
            cut(room);
            write(content);
            room(tail.length).writeBytes(tail);
        } else {
            room.writeBytes(content);
            content.release();
            room.writeBytes(tail);
        }
        appended();
    }

    static void header(ByteBuf room, int flags, int length) {
        if (length < 256) {
            room.writeByte(flags).writeByte(length);
        } else {
            room.writeByte(flags | Frames.LONG).writeLong(length);
        }
    }

    /** The buffer in which frames gather, with at least so much room. */
    final ByteBuf room(int bytes) {
        ByteBuf current = batch;
        if (current != null) {
            if (current.writableBytes() >= bytes) {
                return current;
            }
            batch = null;
            write(current);
        }
        ByteBuf fresh = channel.alloc().directBuffer(Math.max(BATCH_BYTES, bytes));
        batch = fresh;
        return fresh;
    }

    /** Gives what is gathered to the channel and goes on in the same buffer behind it. */
    private void cut(ByteBuf gathered) {
        write(gathered.readRetainedSlice(gathered.readableBytes()));
    }

    private void write(ByteBuf bytes) {
        // A failed write closes the connection, which is told there.
        ChannelFuture unused = channel.write(bytes, channel.voidPromise());
    }

    /** To be called when something was written to {@link #room}. */
    final void appended() {
        if (!full && channel.bytesBeforeUnwritable() <= batched()) {
            full = true;
        }
        if (!flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(flushTask);
        }
    }

    private int batched() {
        ByteBuf gathered = batch;
        return gathered == null ? 0 : gathered.readableBytes();
    }

    /** Gives everything to the operating system, as far as that takes it. */
    void flush() {
        flushScheduled = false;
        ByteBuf gathered = batch;
        if (gathered != null) {
            batch = null;
            write(gathered);
        }
        channel.flush();
        roomAgain();
    }

    /** To be called when the channel's own writability has changed. */
    void roomAgain() {
        if (full && !closed && batch == null && channel.isWritable()) {
            full = false;
            onRoom.run();
        }
    }

    /** Takes no more; what was taken is flushed. */
    void close() {
        closed = true;
        full = true;
        flush();
    }

    /** Takes no more, and drops what was gathered: the connection is gone. */
    void discard() {
        closed = true;
        full = true;
        ByteBuf gathered = batch;
        if (gathered != null) {
            batch = null;
            gathered.release();
        }
    }
}
