package dev.lurcher.broker.zmtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import org.slf4j.helpers.NOPLogger;

/** One connection without a socket, and its clock stands still; what a test writes is what the peer sends. */
final class Line implements AutoCloseable {
    static final ZmtpSettings SETTINGS = new ZmtpSettings(
            Duration.ofSeconds(10),
            100_000,
            10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            64 << 10,
            Duration.ofSeconds(1));

    final Recorder recorder;
    final ZmtpCounters counters = new ZmtpCounters();
    final EmbeddedChannel channel = new EmbeddedChannel();
    final Terms.Rules rules;

    Line(Role role) {
        this(role, SETTINGS, new Recorder());
    }

    Line(Role role, ZmtpSettings settings, Recorder recorder) {
        this(role, settings, recorder, ByteBufAllocator.DEFAULT);
    }

    /** @param allocator what the connection takes its buffers from */
    Line(Role role, ZmtpSettings settings, Recorder recorder, ByteBufAllocator allocator) {
        this.recorder = recorder;
        this.rules = new Terms.Rules(settings.security());
        channel.config().setAllocator(allocator);
        RefusalLog log = new RefusalLog(NOPLogger.NOP_LOGGER, () -> 0);
        Terms terms = new Terms(Endpoint.parse("tcp://127.0.0.1:9997"), role, recorder, settings, counters, log, rules);
        channel.freezeTime();
        channel.pipeline().addLast(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel initialised) {
                initialised.pipeline().addLast(new PeerConnection(terms, initialised, "192.0.2.7:4711"));
            }
        });
        channel.pipeline().fireChannelActive();
        channel.runPendingTasks();
    }

    /** A connection whose endpoint goes by these rules. */
    static Line with(Role role, Security security) {
        return new Line(role, SETTINGS.withSecurity(security), new Recorder());
    }

    /** A connection to a PULL peer, or whatever fits the role, after the handshake. */
    static Line ready(Role role, SocketType peer, int minor) {
        return ready(role, peer, minor, SETTINGS);
    }

    static Line ready(Role role, SocketType peer, int minor, ZmtpSettings settings) {
        Line line = new Line(role, settings, new Recorder());
        line.receive(Bytes.greeting(minor));
        line.receive(Bytes.ready("Socket-Type", peer.name()));
        line.sent();
        return line;
    }

    /** The peer sends bytes, if it is still connected. */
    void receive(byte[]... parts) {
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.wrappedBuffer(Bytes.of(parts)));
        }
        channel.runPendingTasks();
    }

    /** What has been sent to the peer since the last call. */
    byte[] sent() {
        channel.runPendingTasks();
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    /** The same as frames; after the greeting. */
    List<String> sentFrames() {
        return Bytes.frames(sent());
    }

    void advance(Duration time) {
        channel.advanceTimeBy(time.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
        channel.runPendingTasks();
        channel.runScheduledPendingTasks();
    }

    PeerConnection connection() {
        return channel.pipeline().get(PeerConnection.class);
    }

    long count(ZmtpCounters.Event event) {
        return counters.count(event);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
