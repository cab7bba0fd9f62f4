package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.benchmarks.SampleHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Decoding a request without content that arrived in one piece: ours, and Netty's alone to see what our checks cost. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RequestDecoderBenchmark {
    /** Who asks: see {@link SampleHead#of}. */
    @Param({"curl", "browser"})
    public String client = "";

    private final Pipeline ours = new Pipeline(new RequestDecoder(HttpLimits.DEFAULT, false, "http"));
    private final Pipeline nettys = new Pipeline(new HttpRequestDecoder());
    private ByteBuf wire = Unpooled.EMPTY_BUFFER;

    /** A decoder, and behind it what takes its output. Called without the channel, which has work of its own. */
    private static final class Pipeline {
        private final HttpRequestDecoder decoder;
        private final ChannelHandlerContext ctx;
        private final Taker taker = new Taker();

        Pipeline(HttpRequestDecoder decoder) {
            this.decoder = decoder;
            EmbeddedChannel channel = new EmbeddedChannel(decoder, taker);
            ctx = Objects.requireNonNull(channel.pipeline().context(decoder));
        }

        int decode(ByteBuf wire) throws Exception {
            wire.readerIndex(0);
            decoder.channelRead(ctx, wire);
            return taker.count;
        }
    }

    private static final class Taker extends ChannelInboundHandlerAdapter {
        private int count;
        private Object first = "";

        /** Nothing is released: without content there is nothing that is counted. */
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object part) {
            if (count++ % 2 == 0) {
                first = part;
            }
        }
    }

    /** Checks that each decoder hands out a request and the end of its content. */
    @Setup
    public void prepare() throws Exception {
        SampleHead head = SampleHead.of(client);
        byte[] octets = head.wire().getBytes(US_ASCII);
        wire = Unpooled.unreleasableBuffer(Unpooled.directBuffer(octets.length).writeBytes(octets));
        int parts = ours.decode(wire) + nettys.decode(wire);
        if (parts != 4
                || !(ours.taker.first instanceof Request request)
                || !request.path().equals(head.path())
                || request.fieldCount() != head.fieldCount()) {
            throw new IllegalStateException(parts + " parts, first " + ours.taker.first);
        }
    }

    /** The broker's. */
    @Benchmark
    public int checked() throws Exception {
        return ours.decode(wire);
    }

    /** Netty's, with its defaults. */
    @Benchmark
    public int netty() throws Exception {
        return nettys.decode(wire);
    }
}
