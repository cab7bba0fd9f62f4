package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.http.DecoderRig.Pace;
import dev.lurcher.broker.http.RequestDecoder.InputEnd;
import dev.lurcher.broker.http.RequestDecoder.Phase;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RequestDecoderTest {
    private static final String GET_1 = "GET /1 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n";
    private static final String GET_2 = "GET /2 HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n";
    private static final String POST_5 = "POST /5 HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\n\\r\\n";

    private final List<DecoderRig> rigs = new ArrayList<>();

    @AfterEach
    void closeRigs() {
        rigs.forEach(DecoderRig::close);
    }

    @Test
    void handsOutOneRequestUntilResumed() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1 + GET_2 + GET_1);
        assertEquals("GET /1 @a", rig.verdict());
        assertEquals(2 * WireText.bytes(GET_1).length, rig.decoder().bufferedBytes());
        rig.resume();
        assertEquals("GET /1 @a ; GET /2 @a", rig.verdict());
        assertEquals(WireText.bytes(GET_1).length, rig.decoder().bufferedBytes());
        rig.resume();
        assertEquals("GET /1 @a ; GET /2 @a ; GET /1 @a", rig.verdict());
        assertEquals(0, rig.decoder().bufferedBytes());
    }

    @Test
    void keepsWhatComesWhilePaused() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1);
        rig.receive("GET /2 HT");
        rig.receive("TP/1.1\\r\\nHost: b\\r\\n\\r\\n");
        assertEquals("GET /1 @a", rig.verdict());
        rig.resume();
        assertEquals("GET /1 @a ; GET /2 @b", rig.verdict());
    }

    @Test
    void resumesWithNothingWaiting() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1);
        rig.resume();
        rig.receive(GET_2);
        assertEquals("GET /1 @a ; GET /2 @a", rig.verdict());
    }

    @Test
    void tellsWhereItStands() {
        DecoderRig rig = rig(Pace.RUNNING);
        assertEquals(Phase.IDLE, rig.decoder().phase());
        rig.receive("\\r\\n");
        assertEquals(Phase.IDLE, rig.decoder().phase());
        assertEquals(0, rig.decoder().bufferedBytes());
        rig.receive("P");
        assertEquals(Phase.HEAD, rig.decoder().phase());
        rig.receive("OST / HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 2\\r\\n\\r");
        assertEquals(Phase.HEAD, rig.decoder().phase());
        rig.receive("\\n");
        assertEquals(Phase.CONTENT, rig.decoder().phase());
        rig.receive("h");
        assertEquals(Phase.CONTENT, rig.decoder().phase());
        rig.receive("i");
        assertEquals(Phase.IDLE, rig.decoder().phase());
        rig.receive("\\x00");
        assertEquals(Phase.REFUSED, rig.decoder().phase());
    }

    @Test
    void toleratesOneEmptyLineAloneBeforeARequest() {
        DecoderRig rig = rig(Pace.RUNNING);
        rig.receive("\\r\\n");
        rig.receive("\\r\\n");
        assertEquals("400", rig.verdict());
    }

    @Test
    void passesTheShutdownAtOnceAndTheEndOfTheInputAfterTheLastRequest() {
        List<Object> seen = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(HttpLimits.DEFAULT, false, "http");
        EmbeddedChannel channel = new EmbeddedChannel(decoder, new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                seen.add(message instanceof Request request ? request.path() : "end");
                if (message instanceof LastHttpContent) {
                    decoder.pause();
                }
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                seen.add(event);
            }
        });
        channel.writeInbound(wire(channel, GET_1 + GET_2));
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(List.of("/1", "end", ChannelInputShutdownEvent.INSTANCE), seen);
        resume(decoder, channel);
        assertEquals(List.of("/1", "end", ChannelInputShutdownEvent.INSTANCE, "/2", "end", InputEnd.CLEAN), seen);
        resume(decoder, channel);
        assertEquals(6, seen.size());
        channel.finishAndReleaseAll();
    }

    @Test
    void endsCleanlyWhilePausedWithNothingWaiting() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1);
        rig.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        assertEquals(InputEnd.CLEAN, rig.inputEnd());
    }

    @Test
    void endsPrematurelyInsideAHeadAndInsideContent() {
        DecoderRig head = rig(Pace.RUNNING);
        head.receive("GET / HTTP/1.1\\r\\nHost");
        head.shutInput();
        assertEquals(InputEnd.PREMATURE, head.inputEnd());
        DecoderRig content = rig(Pace.RUNNING);
        content.receive(POST_5 + "hell");
        content.shutInput();
        assertEquals(InputEnd.PREMATURE, content.inputEnd());
    }

    @Test
    void endsPrematurelyWhenTheLastWaitingRequestIsCut() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1 + GET_2 + "GET /3");
        rig.channel().pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        rig.resume();
        assertNull(rig.inputEnd());
        rig.resume();
        assertEquals(InputEnd.PREMATURE, rig.inputEnd());
        assertEquals("GET /1 @a ; GET /2 @a ; premature", rig.verdict());
    }

    @Test
    void dropsWhatWaitsWhenTheConnectionIsGone() {
        DecoderRig rig = rig(Pace.AT_THE_END);
        rig.receive(GET_1 + GET_2);
        rig.channel().close().syncUninterruptibly();
        assertEquals("GET /1 @a", rig.verdict());
        assertEquals(0, rig.decoder().bufferedBytes());
        assertNull(rig.inputEnd());
    }

    @Test
    void saysNothingAfterARefusal() {
        DecoderRig rig = rig(Pace.RUNNING);
        rig.receive("GET / HTTP/3.0\\r\\n\\r\\n");
        rig.receive(GET_1);
        rig.receive("\\x00\\x01");
        rig.shutInput();
        assertEquals("505", rig.verdict());
        assertEquals(InputEnd.CLEAN, rig.inputEnd());
        assertEquals(0, rig.decoder().bufferedBytes());
    }

    @Test
    void saysThatARefusedRequestWasHead() {
        assertTrue(refusal("HEAD / HTTP/1.1\\r\\n\\r\\n").head());
        assertTrue(refusal("HEAD /\\x00").head());
        assertTrue(refusal("HEAD / HTTP/1.1\\r\\nHost: a\\r\\nX\\r\\n").head());
        assertTrue(refusal("HEAD / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nx")
                .head());
        assertFalse(refusal("HEADS / HTTP/1.1\\r\\n\\r\\n").head());
        assertFalse(refusal("GET / HTTP/1.1\\r\\n\\r\\n").head());
        assertFalse(refusal("HEA\\x00").head());
    }

    @Test
    void doesNotTakeARequestForHeadBecauseTheOneBeforeWas() {
        DecoderRig rig = rig(Pace.RUNNING);
        rig.receive("HEAD / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\\x00");
        assertFalse(rig.refusal().head());
    }

    @Test
    void saysWhereTheWrongByteIs() {
        assertEquals(
                "byte 0x00 is not allowed in a field value (offset 20)",
                refusal("GET / HTTP/1.1\\r\\nX: a\\x00").detail());
        assertEquals(
                "byte 0x20 is not allowed at the beginning of a field line (folding) (offset 22)",
                refusal("GET / HTTP/1.1\\r\\nX: a\\r\\n b").detail());
        assertEquals(
                "TLS was spoken to a port that speaks plain HTTP",
                refusal("\\x16\\x03\\x01").detail());
    }

    @Test
    void namesTheMethodsWithA405() {
        assertEquals(
                "Allow: " + Refusal.METHODS,
                refusal("TRACE / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n").field());
    }

    @Test
    void tellsTheLimitsApart() {
        HttpLimits limits = new HttpLimits(64, 64, 2, 16, 10, 10, 64);
        assertEquals(
                HttpError.URI_TOO_LONG,
                refusal(limits, "GET /<<a*60>> HTTP/1.1\\r\\n").error());
        assertEquals(
                HttpError.HEADER_TOO_LARGE,
                refusal(limits, "GET / HTTP/1.1\\r\\nHost: <<a*60>>\\r\\n").error());
        assertEquals(
                HttpError.TOO_MANY_FIELDS,
                refusal(limits, "GET / HTTP/1.1\\r\\nHost: a\\r\\na: b\\r\\nc: d\\r\\n")
                        .error());
        String chunked = "GET / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";
        assertEquals(
                HttpError.BAD_REQUEST,
                refusal(limits, chunked + "1;<<a*20>>\\r\\n").error());
        assertEquals(
                "the header or trailer fields are longer than 10 bytes",
                refusal(limits, chunked + "0\\r\\nX: <<a*8>>\\r\\n\\r\\n").detail());
    }

    @Test
    void refusesTooMuchChunkedContentWhereItIsAnnounced() {
        HttpLimits limits = new HttpLimits(64, 64, 2, 16, 10, 10, 64);
        String chunked = "POST / HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n";
        for (String tooMuch :
                List.of("b\\r\\n", "6\\r\\nhello!\\r\\n5\\r\\n", "7fffffff\\r\\n", "3ffffffffffffff\\r\\n")) {
            Refusal refusal = refusal(limits, chunked + tooMuch);
            assertEquals(HttpError.CONTENT_TOO_LARGE, refusal.error(), tooMuch);
            assertEquals("more content than 10 bytes (limits.content_length)", refusal.detail());
        }
        try (DecoderRig rig = new DecoderRig(limits, false, Pace.RUNNING)) {
            String allowed = chunked + "6\\r\\nhello!\\r\\n4\\r\\nyou!\\r\\n0\\r\\n\\r\\n";
            rig.receive(allowed + allowed);
            assertEquals("POST / @a \"hello!you!\" ; POST / @a \"hello!you!\"", rig.verdict());
        }
    }

    @Test
    void takesBracesAndCaretWhenRelaxed() {
        try (DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, true, Pace.RUNNING)) {
            rig.receive("GET /{a}^?{b}^#{c}^ HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n");
            rig.receive("GET /| HTTP/1.1\\r\\n\\r\\n");
            assertEquals("GET /{a}^?{b}^#{c}^ @a ; 400", rig.verdict());
        }
    }

    @Test
    void servesHttpsTargetsOnlyWhereItsSchemeIsHttps() {
        RequestDecoder decoder = new RequestDecoder(HttpLimits.DEFAULT, false, "https");
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(wire(channel, "GET https://a/x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"));
        Request request = assertInstanceOf(Request.class, channel.readInbound());
        assertEquals("/x", request.path());
        assertInstanceOf(LastHttpContent.class, channel.readInbound());
        channel.writeInbound(wire(channel, "GET http://a/x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"));
        Refusal refusal = assertInstanceOf(Refusal.class, channel.readInbound());
        assertEquals(HttpError.MISDIRECTED, refusal.error());
        channel.finishAndReleaseAll();
    }

    @Test
    void handsOutContentWithoutCopyingIt() {
        EmbeddedChannel channel = new EmbeddedChannel(new RequestDecoder(HttpLimits.DEFAULT, false, "http"));
        ByteBuf bytes = channel.alloc().buffer().writeBytes(WireText.bytes(POST_5 + "hello"));
        ByteBuf kept = bytes.retainedDuplicate();
        channel.writeInbound(bytes);
        assertInstanceOf(Request.class, channel.readInbound());
        HttpContent content = assertInstanceOf(LastHttpContent.class, channel.readInbound());
        assertEquals("hello", content.content().toString(ISO_8859_1));
        kept.setByte(kept.writerIndex() - 1, 'p');
        assertEquals("hellp", content.content().toString(ISO_8859_1));
        content.release();
        kept.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void asksForNothingWhilePausedWithAutomaticReadingOff() {
        List<String> reads = new ArrayList<>();
        RequestDecoder decoder = new RequestDecoder(HttpLimits.DEFAULT, false, "http");
        EmbeddedChannel channel = new EmbeddedChannel(
                new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void read(ChannelHandlerContext ctx) {
                        reads.add("read");
                    }
                },
                decoder,
                new Dropping());
        channel.config().setAutoRead(false);
        reads.clear();
        decoder.pause();
        channel.writeInbound(wire(channel, GET_1));
        assertEquals(List.of(), reads);
        resume(decoder, channel);
        channel.writeInbound(wire(channel, "GET"));
        assertEquals(List.of("read"), reads);
        channel.finishAndReleaseAll();
    }

    @Test
    void leavesWhatWaitsToTheNextHandlerWhenRemoved() {
        RequestDecoder decoder = new RequestDecoder(HttpLimits.DEFAULT, false, "http");
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(wire(channel, GET_1));
        decoder.pause();
        channel.writeInbound(wire(channel, "\\x81\\x05hello"));
        assertInstanceOf(Request.class, channel.readInbound());
        assertSame(LastHttpContent.EMPTY_LAST_CONTENT, channel.readInbound());
        channel.pipeline().remove(decoder);
        ByteBuf rest = assertInstanceOf(ByteBuf.class, channel.readInbound());
        assertEquals(7, rest.readableBytes());
        rest.release();
        channel.finishAndReleaseAll();
    }

    @Test
    void reusesNothingOfARequestForTheNext() {
        DecoderRig rig = rig(Pace.RUNNING);
        rig.receive("GET /1?q#f HTTP/1.1\\r\\nHost: a\\r\\nX: 1\\r\\n\\r\\n");
        rig.receive("GET /2 HTTP/1.0\\r\\n\\r\\n");
        Request first = rig.requests().get(0);
        Request second = rig.requests().get(1);
        assertEquals("/1?q", first.uri());
        assertEquals("1", first.field("x"));
        assertEquals("a", first.host());
        assertNull(second.query());
        assertNull(second.fragment());
        assertNull(second.host());
        assertEquals(0, second.fieldCount());
    }

    private DecoderRig rig(Pace pace) {
        DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, false, pace);
        rigs.add(rig);
        return rig;
    }

    private Refusal refusal(String text) {
        return refusal(HttpLimits.DEFAULT, text);
    }

    private Refusal refusal(HttpLimits limits, String text) {
        DecoderRig rig = new DecoderRig(limits, false, Pace.RUNNING);
        rigs.add(rig);
        rig.receive(text);
        return rig.refusal();
    }

    private static ByteBuf wire(EmbeddedChannel channel, String text) {
        return channel.alloc().buffer().writeBytes(WireText.bytes(text));
    }

    private static void resume(RequestDecoder decoder, EmbeddedChannel channel) {
        decoder.resume(channel.pipeline().context(decoder));
    }

    private static final class Dropping extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpContent content) {
                content.release();
            }
        }
    }
}
