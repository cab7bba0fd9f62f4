package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one frame costs on its way to a peer and from it, in the clear, without a socket. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerTrafficBenchmark {
    private static final int FRAMES = 16;

    /** Bytes of a frame. */
    @Param({"300"})
    public int bytes = 300;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final PeerOutput output = new PeerOutput(channel, () -> {});
    private final Counting counting = new Counting();
    private final FrameReader reader = new FrameReader(channel.alloc(), counting, 8192);
    private byte[] frame = {};
    private ByteBuf stream = Unpooled.EMPTY_BUFFER;

    /** Adds up what it is told. */
    private static final class Counting implements FrameReader.Sink {
        private long sum;

        @Override
        public boolean onFrame(int flags, ByteBuf buffer, int index, int length) {
            sum += length + buffer.getByte(index);
            return true;
        }

        @Override
        public void onOversize(long claimedBytes, int mostBytes) {
            throw new IllegalStateException();
        }

        @Override
        public void onBadFlags(int flags) {
            throw new IllegalStateException();
        }
    }

    /** Makes the frames. */
    @Setup
    public void prepare() {
        frame = new byte[bytes];
        stream = Unpooled.directBuffer();
        for (int i = 0; i < FRAMES; i++) {
            stream.writeByte(Frames.LONG).writeLong(bytes).writeBytes(frame);
        }
        reader.allowMessages(1 << 20);
    }

    /** As many as one turn of an event loop may have, and their batch to the channel. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public int send() {
        for (int i = 0; i < FRAMES; i++) {
            output.frame(0, frame, 0, frame.length);
        }
        channel.runPendingTasks();
        int sent = 0;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            sent += part.readableBytes();
            part.release();
        }
        return sent;
    }

    /** As many as came in one read. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long read() {
        reader.read(stream);
        return counting.sum;
    }
}
