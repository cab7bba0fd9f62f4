package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsChannelTest {
    private static final int SIZE = 300_000;

    @TempDir
    private Path folder;

    private final List<Object> events = new ArrayList<>();

    private EmbeddedChannel channel() {
        return new EmbeddedChannel(new TlsChannel(), new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
            }

            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                events.add(cause);
            }
        });
    }

    private byte[] content() throws IOException {
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Files.write(folder.resolve("file"), content);
        return content;
    }

    private DefaultFileRegion region(long from, long length) {
        return new DefaultFileRegion(folder.resolve("file").toFile(), from, length);
    }

    private static byte[] sent(EmbeddedChannel channel) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
            byte[] bytes = new byte[part.readableBytes()];
            part.readBytes(bytes);
            part.release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    @Test
    void readsAFileAsItIsFlushed() throws IOException {
        byte[] content = content();
        EmbeddedChannel channel = channel();
        DefaultFileRegion region = region(10, SIZE - 20);
        ChannelFuture written = channel.write(region);
        assertNull(channel.readOutbound());

        channel.flush();

        assertTrue(written.isSuccess());
        assertEquals(0, region.refCnt());
        assertArrayEquals(java.util.Arrays.copyOfRange(content, 10, SIZE - 10), sent(channel));
        assertFalse(channel.finish());
    }

    @Test
    void keepsTheOrder() throws IOException {
        content();
        EmbeddedChannel channel = channel();
        channel.write(Unpooled.copiedBuffer("before", ISO_8859_1));
        channel.write(region(0, 1000));
        channel.write(Unpooled.copiedBuffer("after", ISO_8859_1));
        channel.write(region(0, 1));
        ChannelFuture last = channel.write(Unpooled.copiedBuffer("end", ISO_8859_1));

        channel.flush();

        assertTrue(last.isSuccess());
        byte[] sent = sent(channel);
        assertEquals(6 + 1000 + 5 + 1 + 3, sent.length);
        assertEquals("before", new String(sent, 0, 6, ISO_8859_1));
        assertEquals("after", new String(sent, 1006, 5, ISO_8859_1));
        assertEquals("end", new String(sent, 1012, 3, ISO_8859_1));
        assertFalse(channel.finish());
    }

    @Test
    void aFileThatBecameShorterFails() throws IOException {
        content();
        EmbeddedChannel channel = channel();
        DefaultFileRegion region = region(SIZE - 10, 20);
        ChannelFuture written = channel.write(region);
        ChannelFuture behind = channel.write(Unpooled.copiedBuffer("after", ISO_8859_1));

        channel.flush();

        assertInstanceOf(IOException.class, written.cause());
        assertInstanceOf(IOException.class, behind.cause());
        assertEquals(0, region.refCnt());
        channel.finishAndReleaseAll();
    }

    @Test
    void theEndOfTheConnectionLetsGoOfAll() throws IOException {
        content();
        EmbeddedChannel channel = channel();
        DefaultFileRegion region = region(0, SIZE);
        ChannelFuture written = channel.write(region);
        ByteBuf behind = Unpooled.copiedBuffer("after", ISO_8859_1);
        channel.write(behind);

        channel.close();

        assertInstanceOf(ClosedChannelException.class, written.cause());
        assertEquals(0, region.refCnt());
        assertEquals(0, behind.refCnt());
    }

    @Test
    void theClientsLastWordEndsTheConnection() {
        EmbeddedChannel channel = channel();

        channel.pipeline().fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);

        assertFalse(channel.isOpen());
        assertEquals(List.of(), events);
    }

    @Test
    void tellsOfTheEndOfInputOnce() {
        EmbeddedChannel channel = channel();

        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);

        assertEquals(List.of(ChannelInputShutdownEvent.INSTANCE), events);
        assertFalse(channel.finish());
    }

    @Test
    void aBrokenRecordEndsTheConnectionQuietlyAndNothingElseDoes() {
        EmbeddedChannel channel = channel();
        channel.pipeline().fireExceptionCaught(new IllegalStateException("ours"));
        assertTrue(channel.isOpen());
        assertEquals(1, events.size());

        channel.pipeline().fireExceptionCaught(new DecoderException(new SSLException("bad record")));

        assertFalse(channel.isOpen());
        assertEquals(1, events.size());
    }
}
