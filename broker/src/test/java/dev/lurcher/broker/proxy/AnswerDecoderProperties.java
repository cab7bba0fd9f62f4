package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.http.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random answers, sound and damaged, through one decoder. */
class AnswerDecoderProperties {
    private static final String ODD = "\r\n0123456789abcdef: ;HTTP/1.";

    @Property(tries = 1000)
    void whatIsFramedIsReadAndNothingElse(@ForAll long seed) {
        Random random = new Random(seed);
        String content = text(random, 200);
        String behind = text(random, 20);
        byte[] wire = (answer(random, content) + behind).getBytes(ISO_8859_1);
        String expected = "200 keep \"" + WireText.text(content.getBytes(ISO_8859_1)) + "\""
                + (behind.isEmpty() ? "" : " +" + behind.length());
        assertEquals(expected, DecodedAnswer.verdict(false, wire));
        // Split, what is behind may not have come yet when the end is seen; the rest still stays unread.
        assertEquals(expected, DecodedAnswer.verdict(false, split(wire, random)));
    }

    @Property(tries = 2000)
    void aDamagedAnswerGetsOneVerdictHoweverSplit(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] damaged = answer(random, text(random, 60)).getBytes(ISO_8859_1);
        for (int i = random.nextInt(3); i >= 0; i--) {
            damaged[random.nextInt(damaged.length)] = (byte) ODD.charAt(random.nextInt(ODD.length()));
        }
        String verdict = DecodedAnswer.verdict(false, damaged);
        for (int i = 0; i < 3; i++) {
            assertEquals(verdict, DecodedAnswer.verdict(false, split(damaged, random)), () -> WireText.text(damaged));
        }
    }

    @Property(tries = 500)
    void arbitraryBytesGetAVerdict(@ForAll byte[] bytes) {
        byte[] head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1);
        DecodedAnswer.verdict(false, bytes);
        DecodedAnswer.verdict(false, head, bytes);
    }

    @Property(tries = 200)
    void chunksOfOursAreReadBack(@ForAll long seed) {
        Random random = new Random(seed);
        String content = text(random, 5000);
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
        for (int at = 0; at < content.length(); ) {
            int size = Math.min(1 + random.nextInt(2000), content.length() - at);
            ByteBuf chunk = Chunks.of(
                    UnpooledByteBufAllocator.DEFAULT,
                    Unpooled.copiedBuffer(content.substring(at, at + size), ISO_8859_1));
            wire.writeBytes(ByteBufUtil.getBytes(chunk));
            chunk.release();
            at += size;
        }
        wire.writeBytes(ByteBufUtil.getBytes(Chunks.last()));
        String expected = "200 keep \"" + WireText.text(content.getBytes(ISO_8859_1)) + "\"";
        assertEquals(expected, DecodedAnswer.verdict(false, split(wire.toByteArray(), random)));
    }

    private static String answer(Random random, String content) {
        String fields = random.nextBoolean() ? "Server: x\r\nX-Some: a:b ; c\r\n" : "";
        if (random.nextBoolean()) {
            return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + content.length() + "\r\n\r\n" + content;
        }
        StringBuilder chunks = new StringBuilder();
        for (int at = 0; at < content.length(); ) {
            int size = Math.min(1 + random.nextInt(40), content.length() - at);
            chunks.append(Integer.toHexString(size))
                    .append(random.nextInt(4) == 0 ? ";x=y" : "")
                    .append("\r\n");
            chunks.append(content, at, at + size).append("\r\n");
            at += size;
        }
        return "HTTP/1.1 200 OK\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n";
    }

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(ODD.charAt(random.nextInt(ODD.length())));
        }
        return text.toString();
    }

    private static byte[][] split(byte[] bytes, Random random) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(30));
            pieces.add(Arrays.copyOfRange(bytes, at, end));
            at = end;
        }
        return pieces.toArray(byte[][]::new);
    }
}
