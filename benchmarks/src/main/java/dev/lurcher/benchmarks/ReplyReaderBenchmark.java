package dev.lurcher.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.protocol.ReplyReader;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a worker's reply, as far as its connections are known and its payload is found. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReplyReaderBenchmark {
    private static final String SENDER = "82209006-86FF-4982-B5EA-D1E29E55D481";
    private static final byte[] SENDER_OCTETS = SENDER.getBytes(US_ASCII);
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nhello\n";
    private static final int FIRST_ID = 1_234_567_890;

    /** How many connections the reply is for. */
    @Param({"1", "16", "128"})
    public int targets = 1;

    private final ReplyReader reader = new ReplyReader(128);
    private ByteBuffer frame = ByteBuffer.allocate(0);

    /** Builds the frame, in direct memory as it comes from a socket. */
    @Setup
    public void prepare() {
        String ids = IntStream.range(0, targets)
                .mapToObj(i -> String.valueOf(FIRST_ID + i))
                .collect(Collectors.joining(" "));
        byte[] octets = (SENDER + " " + ids.length() + ":" + ids + ", " + ANSWER).getBytes(US_ASCII);
        frame = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
        long expected = ANSWER.length() + (long) targets * (2L * FIRST_ID + targets - 1) / 2;
        if (read() != expected) {
            throw new IllegalStateException("read " + read() + ", expected " + expected);
        }
    }

    /** The whole frame; the sum keeps what was read alive. */
    @Benchmark
    public long read() {
        reader.read(frame);
        long sum = reader.senderIs(SENDER_OCTETS) ? reader.payloadLength() : 0;
        for (int i = 0; i < reader.targets(); i++) {
            sum += reader.target(i);
        }
        return sum;
    }
}
