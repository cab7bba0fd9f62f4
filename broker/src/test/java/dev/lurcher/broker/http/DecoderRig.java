package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Runs bytes through a {@link RequestDecoder} and writes down what it hands out; see requests.txt for the notation. */
final class DecoderRig implements AutoCloseable {
    /** When the receiver is ready for the next request. */
    enum Pace {
        /** It never pauses. */
        RUNNING,
        /** It pauses after each request and resumes before it returns. */
        AT_ONCE,
        /** It pauses after each request and resumes after each read. */
        AFTER_READ,
        /** It pauses after the first request and resumes, request by request, when everything has come. */
        AT_THE_END
    }

    private final RequestDecoder decoder;
    private final EmbeddedChannel channel;
    private final Pace pace;
    private final List<String> verdict = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private @Nullable Refusal refusal;
    private RequestDecoder.@Nullable InputEnd inputEnd;
    private @Nullable StringBuilder content;
    private boolean paused;

    DecoderRig(HttpLimits limits, boolean relaxed, Pace pace) {
        decoder = new RequestDecoder(limits, relaxed, "http");
        this.pace = pace;
        channel = new EmbeddedChannel(decoder, new Receiver());
    }

    /** The verdict on a stream that came in these pieces, after which the client shut its sending side. */
    static String verdict(Pace pace, byte[]... pieces) {
        try (DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, false, pace)) {
            for (byte[] piece : pieces) {
                rig.receive(piece);
            }
            rig.shutInput();
            return rig.verdict();
        }
    }

    /** Cuts bytes into pieces of at least one byte at random places. */
    static byte[][] split(byte[] bytes, Random random) {
        int most =
                Math.max(bytes.length / 256, 1 + random.nextInt(Math.min(bytes.length + 1, 1 << random.nextInt(14))));
        List<byte[]> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + 1 + random.nextInt(most));
            pieces.add(Arrays.copyOfRange(bytes, from, to));
            from = to;
        }
        return pieces.toArray(new byte[0][]);
    }

    /** One byte a piece. */
    static byte[][] single(byte[] bytes) {
        byte[][] pieces = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            pieces[i] = new byte[] {bytes[i]};
        }
        return pieces;
    }

    void receive(byte[] piece) {
        // Sometimes on the heap, sometimes not: the checks read both.
        ByteBuf buffer = piece.length % 7 == 5
                ? channel.alloc().directBuffer(piece.length).writeBytes(piece)
                : channel.alloc().heapBuffer(piece.length).writeBytes(piece);
        channel.writeInbound(buffer);
        if (pace == Pace.AFTER_READ) {
            resumeAll();
        }
    }

    void receive(String text) {
        receive(WireText.bytes(text));
    }

    void shutInput() {
        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        resumeAll();
    }

    /** What was handed out so far. */
    String verdict() {
        return String.join(" ; ", verdicts());
    }

    /** The same, one by one. */
    List<String> verdicts() {
        List<String> all = new ArrayList<>(verdict);
        if (content != null && refusal != null) {
            // How much of the content came before the refusal depends on how it was split.
            all.set(all.size() - 2, all.get(all.size() - 2) + " ...");
        } else if (content != null) {
            all.set(all.size() - 1, all.get(all.size() - 1) + quoted(content) + " ...");
        } else if (inputEnd == RequestDecoder.InputEnd.PREMATURE) {
            all.add("premature");
        }
        return all;
    }

    List<Request> requests() {
        return requests;
    }

    Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("nothing was refused: " + verdict());
        }
        return refusal;
    }

    RequestDecoder.@Nullable InputEnd inputEnd() {
        return inputEnd;
    }

    RequestDecoder decoder() {
        return decoder;
    }

    EmbeddedChannel channel() {
        return channel;
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }

    void resumeAll() {
        while (paused) {
            resume();
        }
    }

    /** Goes on to the next request. */
    void resume() {
        paused = false;
        decoder.resume(channel.pipeline().context(decoder));
    }

    private static String quoted(StringBuilder content) {
        return content.isEmpty() ? "" : " \"" + WireText.text(content.toString().getBytes(ISO_8859_1)) + "\"";
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (paused || refusal != null) {
                throw new AssertionError("not asked for: " + message);
            }
            switch (message) {
                case Request request -> onRequest(request);
                case HttpContent part -> onContent(part);
                case SocketMessage it -> onMessage(it);
                case Refusal it -> {
                    refusal = it;
                    verdict.add(Integer.toString(it.error().status()));
                }
                default -> throw new AssertionError("unexpected: " + message);
            }
        }

        private void onRequest(Request request) {
            if (content != null) {
                throw new AssertionError("a request inside another one");
            }
            requests.add(request);
            String fragment = request.fragment() == null ? "" : "#" + request.fragment();
            String host = request.host() == null ? "-" : request.host();
            verdict.add(request.method() + " " + request.uri() + fragment + " @" + host);
            content = new StringBuilder();
        }

        private void onMessage(SocketMessage message) {
            String text = new String(message.content(), ISO_8859_1);
            verdict.add(message.method() + " " + message.path() + quoted(new StringBuilder(text)));
            onEnd();
        }

        private void onContent(HttpContent part) {
            if (content == null || !part.decoderResult().isSuccess()) {
                throw new AssertionError("unexpected content: " + part);
            }
            content.append(part.content().toString(ISO_8859_1));
            part.release();
            if (part instanceof LastHttpContent) {
                verdict.set(verdict.size() - 1, verdict.get(verdict.size() - 1) + quoted(content));
                content = null;
                onEnd();
            }
        }

        private void onEnd() {
            if (pace != Pace.RUNNING) {
                paused = true;
                decoder.pause();
            }
            if (pace == Pace.AT_ONCE) {
                resume();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof RequestDecoder.InputEnd end) {
                if (inputEnd != null) {
                    throw new AssertionError("the input ends twice");
                }
                inputEnd = end;
            }
        }
    }
}
