package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What CURVE costs: a frame of some size each way, and what a handshake does most of. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CurveBenchmark {
    private static final byte[] PREFIX = new byte[Salsa20.PREFIX_BYTES];

    /** Bytes of a frame. */
    @Param({"300", "16000", "1000000"})
    public int bytes = 300;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final PeerOutput output = PeerOutput.of(
            new Security.Curve(CurvePair.generate(), Map.of()), channel, () -> {});
    private final CurvePair pair = CurvePair.generate();
    private final byte[] key = CurvePair.random(32);
    private final SecretBox opening = new SecretBox(key, PREFIX);
    private byte[] frame = {};

    /** Makes the frame, and the keys that a handshake would have made. */
    @Setup
    public void prepare() {
        frame = new byte[bytes];
        output.seal(new CurveSession(opening, 0, new SecretBox(key, PREFIX), 0));
    }

    /** Seals a frame and gives it to the channel. */
    @Benchmark
    public int seal() {
        output.frame(0, frame, 0, frame.length);
        channel.runPendingTasks();
        int sent = 0;
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            sent += part.readableBytes();
            part.release();
        }
        return sent;
    }

    /** Authenticates and opens as many bytes. */
    @Benchmark
    public boolean open() {
        opening.start(1);
        opening.open(frame, 0, frame.length);
        return opening.isAuthentic(key);
    }

    /** One multiplication on the curve: a handshake has four, and the making of a pair another. */
    @Benchmark
    public byte[] multiply() {
        return pair.shared(key);
    }
}
