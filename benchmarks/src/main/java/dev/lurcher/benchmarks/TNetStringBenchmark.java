package dev.lurcher.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.TNetString;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading and writing tagged netstrings as values: what workers do with headers, and the broker with extended replies. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TNetStringBenchmark {
    private final ByteBuffer control =
            ByteBuffer.wrap("49:3:ctl,39:10:keep-alive,4:true!7:credits,5:65536#}]".getBytes(US_ASCII));
    private final TNetString.Dictionary fields = fields();
    private final ByteBuffer octets = ByteBuffer.wrap(fields.bytes());

    private static TNetString.Dictionary fields() {
        SampleHead head = SampleHead.of("browser");
        Map<String, TNetString> entries = new LinkedHashMap<>();
        for (int i = 0; i < head.fieldCount(); i++) {
            entries.put(head.fieldName(i), new TNetString.Text(head.fieldValue(i)));
        }
        return new TNetString.Dictionary(entries);
    }

    /** Checks that what is read is what was written. */
    @Setup
    public void check() {
        if (!readFields().equals(fields) || !readControl().equals(new ExtendedReply.Control(true, 65536, false))) {
            throw new IllegalStateException("read " + readFields() + " and " + readControl());
        }
    }

    /** The ten fields of a browser's request. */
    @Benchmark
    public TNetString readFields() {
        return TNetString.read(octets, TNetString.Limits.DEFAULT);
    }

    /** The same ten fields. */
    @Benchmark
    public byte[] writeFields() {
        return fields.bytes();
    }

    /** What a worker sends to keep an upload going. */
    @Benchmark
    public ExtendedReply readControl() {
        return ExtendedReply.read(control, TNetString.Limits.DEFAULT);
    }
}
