package dev.lurcher.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import dev.lurcher.protocol.RequestWriter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Writing the message that a worker receives for one request without content. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestWriterBenchmark {
    private static final byte[] SENDER = "82209006-86FF-4982-B5EA-D1E29E55D481".getBytes(US_ASCII);
    private static final int CONNECTION_ID = 1234;

    /** Who asks: see {@link SampleHead#of}. */
    @Param({"curl", "browser"})
    public String client = "";

    /** The form of the headers. */
    @Param
    public HeaderFormat format = HeaderFormat.JSON;

    private final RequestWriter writer = new RequestWriter();
    private SampleHead head = SampleHead.of("curl");

    /** Checks that what is written can be read. */
    @Setup
    public void prepare() {
        head = SampleHead.of(client);
        int length = request();
        byte[] frame = Arrays.copyOfRange(writer.array(), writer.start(), writer.start() + length);
        RequestMessage message = RequestReader.read(frame);
        if (message.connectionId() != CONNECTION_ID || !message.path().equals(head.path())) {
            throw new IllegalStateException("read " + message);
        }
    }

    /** Head, and the end of an empty content. */
    @Benchmark
    public int request() {
        writer.request(format, SENDER, CONNECTION_ID, head, 0);
        writer.close();
        return writer.end() - writer.start();
    }
}
