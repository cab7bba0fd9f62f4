package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.http.AnswerRecogniser.State;
import dev.lurcher.protocol.testing.KeptInputs;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.InvalidChunkExtensionException;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Random;

/** Any bytes with which a worker answers get one verdict however they are split; where an answer ends, it ends for a client too. */
public class AnswerFuzz {
    private static final int SHORT_BYTES = 300;

    /** Netty fails at octets from 0x80 on in quoted chunk extensions, which RFC 9112 allows. */
    public static final int NO_OPINION = Integer.MIN_VALUE;

    private static final AnswerRecogniser RECOGNISER = new AnswerRecogniser();

    /** What was made of an answer. */
    private record Verdict(int taken, State state, int status, long contentBytes, boolean keeps, boolean untilClose) {}

    @KeptInputs
    void endsWhereAClientSeesTheEnd(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        for (boolean toHead : new boolean[] {false, true}) {
            Random random = new Random(Arrays.hashCode(bytes));
            Verdict verdict = verdict(toHead, bytes);
            int cut = random.nextInt(bytes.length + 1);
            assertEquals(
                    verdict, verdict(toHead, Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)));
            byte[][] pieces = bytes.length <= SHORT_BYTES ? DecoderRig.single(bytes) : DecoderRig.split(bytes, random);
            assertEquals(verdict, verdict(toHead, pieces));
            if (verdict.state() == State.END) {
                int status = finalStatus(Arrays.copyOf(bytes, verdict.taken()), toHead);
                assertTrue(status == verdict.status() || status == NO_OPINION, () -> "for a client it is " + status);
            }
        }
    }

    private static Verdict verdict(boolean toHead, byte[]... pieces) {
        RECOGNISER.reset(toHead);
        int taken = 0;
        for (byte[] piece : pieces) {
            boolean ended = RECOGNISER.state() == State.END;
            ByteBuf frame = (piece.length & 1) == 0 ? Unpooled.buffer() : Unpooled.directBuffer();
            frame.writeZero(3).writeBytes(piece).writeZero(4);
            int fed = RECOGNISER.feed(frame, 3, piece.length);
            frame.release();
            assertTrue(fed >= 0 && fed <= piece.length, () -> fed + " of " + piece.length + " bytes");
            assertTrue(fed == piece.length || RECOGNISER.state() == State.END, "bytes are held back, and it goes on");
            assertTrue(!ended || fed == 0, "it goes on behind its end");
            taken += fed;
        }
        return new Verdict(
                taken,
                RECOGNISER.state(),
                RECOGNISER.status(),
                RECOGNISER.contentBytes(),
                RECOGNISER.keepsConnection(),
                RECOGNISER.untilClose());
    }

    /** The status of the one answer that Netty's client reads from these bytes, whose end it sees with the last byte. */
    public static int finalStatus(byte[] answer, boolean toHead) {
        EmbeddedChannel client = new EmbeddedChannel(new ClientDecoder(toHead));
        try {
            int status = 0;
            client.writeInbound(Unpooled.wrappedBuffer(answer, 0, answer.length - 1));
            status = read(client, status);
            if (status == NO_OPINION) {
                return status;
            }
            assertTrue(status >= 0, "for a client it ends earlier");
            client.writeInbound(Unpooled.wrappedBuffer(answer, answer.length - 1, 1));
            status = read(client, status);
            assertTrue(status < 0, "for a client it goes on");
            return status == NO_OPINION ? status : -status;
        } finally {
            client.finishAndReleaseAll();
        }
    }

    /** The status of the final answer if it has begun, negative when its end was seen too; else 0. */
    private static int read(EmbeddedChannel client, int begun) {
        int status = begun;
        for (Object next = client.readInbound(); next instanceof HttpObject part; next = client.readInbound()) {
            Throwable fault = part.decoderResult().cause();
            if (fault instanceof InvalidChunkExtensionException || fault instanceof IndexOutOfBoundsException) {
                return NO_OPINION;
            }
            assertTrue(part.decoderResult().isSuccess(), () -> "for a client it is broken: " + part.decoderResult());
            assertTrue(status >= 0, "for a client there is another answer");
            if (part instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                status = response.status().code();
            }
            if (part instanceof LastHttpContent) {
                status = -status;
            }
            ReferenceCountUtil.release(part);
        }
        return status;
    }

    /** Netty's decoder of answers, which cannot know by itself what the request was. */
    private static final class ClientDecoder extends HttpResponseDecoder {
        private final boolean toHead;

        ClientDecoder(boolean toHead) {
            super(new HttpDecoderConfig()
                    .setMaxInitialLineLength(1 << 20)
                    .setMaxHeaderSize(1 << 20)
                    .setMaxChunkSize(1 << 20)
                    .setAllowDuplicateContentLengths(true)
                    .setStrictLineParsing(true));
            this.toHead = toHead;
        }

        @Override
        protected HttpMessage createMessage(String[] statusLine) {
            // RFC 9110, 2.5: a later minor version is read as the latest that is known.
            boolean is10 = statusLine[0].equals("HTTP/1.0");
            statusLine[0] = is10 ? statusLine[0] : "HTTP/1.1";
            return super.createMessage(statusLine);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage answer) {
            return toHead || super.isContentAlwaysEmpty(answer);
        }
    }
}
