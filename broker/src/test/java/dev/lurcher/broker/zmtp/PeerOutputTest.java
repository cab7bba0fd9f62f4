package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerOutputTest {
    private static final int HIGH = 40_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> calls = new ArrayList<>();
    private final PeerOutput output = new PeerOutput(channel, () -> calls.add("room"));
    private boolean stuck;

    PeerOutputTest() {
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(HIGH / 2, HIGH));
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext context) {
                calls.add("flush");
                if (!stuck) {
                    context.flush();
                }
            }
        });
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext context) {
                output.roomAgain();
            }
        });
    }

    @AfterEach
    void close() {
        output.discard();
        stuck = false;
        channel.flush();
        channel.finishAndReleaseAll();
    }

    private byte[] written() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    private void send(String text) {
        output.frame(0, Bytes.of(text), 0, text.length());
    }

    /** Sends 1000 bytes at a time until nothing more is taken, and answers how many. */
    private int fill() {
        int sent = 0;
        while (output.isWritable() && sent < 10 * HIGH) {
            send("x".repeat(991));
            sent += 1000;
        }
        return sent;
    }

    @Test
    void allThatIsSentInOneTurnLeavesInOneWrite() {
        for (int i = 0; i < 50; i++) {
            send("message " + i);
        }
        assertEquals(List.of(), calls);
        channel.runPendingTasks();
        assertEquals(List.of("flush"), calls);
        assertEquals(1, channel.outboundMessages().size());
        assertEquals("0:message 49", Bytes.frames(written()).get(49));
        send("next turn");
        channel.runPendingTasks();
        assertEquals(List.of("flush", "flush"), calls);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 256, 4095, 16_374, 16_375, 16_376, 70_000})
    void writesTheShortestHeader(int length) {
        String text = "x".repeat(length);
        send("before");
        send(text);
        output.frame(Frames.MORE, Bytes.of("__" + text + "__"), 2, 2 + length);
        channel.runPendingTasks();
        assertArrayEquals(Bytes.of(Bytes.frame(0, "before"), Bytes.frame(0, text), Bytes.frame(1, text)), written());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 240, 4095, 4096, 100_000})
    void joinsHeadContentAndTail(int length) {
        String text = "c".repeat(length);
        for (int i = 0; i < 3; i++) {
            ByteBuf content = Unpooled.directBuffer().writeBytes(Bytes.of(text));
            output.frame(0, Bytes.of("..head.."), 2, 6, content, Bytes.of(","));
            send("after");
        }
        channel.runPendingTasks();
        byte[] both = Bytes.of(Bytes.frame(0, "head" + text + ","), Bytes.frame(0, "after"));
        assertArrayEquals(Bytes.of(both, both, both), written());
    }

    @Test
    void passesLargeContentAsItIs() {
        ByteBuf large = Unpooled.directBuffer().writeZero(4096);
        ByteBuf small = Unpooled.directBuffer().writeZero(4095);
        output.frame(0, Bytes.of("h"), 0, 1, large, Bytes.of("t"));
        output.frame(0, Bytes.of("h"), 0, 1, small, Bytes.of("t"));
        assertEquals(0, small.refCnt(), "was copied and released");
        channel.runPendingTasks();
        List<Object> parts = List.copyOf(channel.outboundMessages());
        assertEquals(3, parts.size(), "what comes before it, itself, what comes after");
        assertSame(large, parts.get(1));
        assertNotSame(parts.get(0), parts.get(2));
        assertEquals(1, large.refCnt());
        written();
        assertEquals(0, large.refCnt(), "released when it has left");
    }

    @Test
    void isFullAtTheHighWaterMarkIncludingWhatIsNotFlushed() {
        stuck = true;
        int sent = fill();
        assertTrue(sent >= HIGH && sent <= HIGH + 2000, "full after " + sent);
        long pending = output.pendingBytes();
        assertTrue(pending >= sent && pending <= sent + 1000, "pending are " + pending);
    }

    @Test
    void tellsWhenThereIsRoomAgainOnceForEachTime() {
        for (int round = 1; round <= 3; round++) {
            stuck = true;
            fill();
            channel.runPendingTasks();
            assertFalse(output.isWritable());
            calls.clear();
            stuck = false;
            send("one more");
            channel.runPendingTasks();
            assertEquals(List.of("flush", "room"), calls);
            assertTrue(output.isWritable());
            written();
        }
    }

    @Test
    void isFullUntilThePeerHasReadDownToTheLowWaterMark() {
        stuck = true;
        send("x".repeat(HIGH));
        channel.runPendingTasks();
        assertFalse(output.isWritable());
        assertEquals(List.of("flush"), calls);
        stuck = false;
        channel.flush();
        channel.runPendingTasks();
        assertTrue(calls.contains("room"));
        assertTrue(output.isWritable());
        assertEquals(0, output.pendingBytes());
    }

    @Test
    void whatIsSentWhenFullIsKept() {
        stuck = true;
        send("x".repeat(HIGH));
        send("one more");
        stuck = false;
        channel.runPendingTasks();
        assertEquals("0:one more", Bytes.frames(written()).get(1));
    }

    @Test
    void flushesWhenClosedAndTakesNoMore() {
        send("last");
        output.close();
        assertEquals(List.of("0:last"), Bytes.frames(written()));
        send("too late");
        channel.runPendingTasks();
        assertEquals(0, written().length);
        assertFalse(output.isWritable());
        assertFalse(calls.contains("room"));
    }

    @Test
    void releasesEverythingWhenDiscarded() {
        send("lost");
        ByteBuf large = Unpooled.directBuffer().writeZero(5000);
        output.discard();
        output.frame(0, Bytes.of("h"), 0, 1, large, Bytes.of("t"));
        assertEquals(0, large.refCnt());
        channel.runPendingTasks();
        assertEquals(0, written().length);
        assertEquals(0, output.pendingBytes());
    }
}
