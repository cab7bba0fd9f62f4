package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.broker.http.WireText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Runs bytes through an {@link AnswerDecoder} and writes down what it reads; see answers.txt for the notation. */
final class DecodedAnswer {
    private final AnswerDecoder decoder = new AnswerDecoder();
    private final ByteBuf in = Unpooled.buffer();
    private final StringBuilder interim = new StringBuilder();
    private final StringBuilder content = new StringBuilder();
    private boolean ended;
    private String bad = "";

    DecodedAnswer(boolean toHead) {
        decoder.start(toHead);
    }

    /** The verdict on an answer that came in these pieces, after which the upstream closed its side. */
    static String verdict(boolean toHead, byte[]... pieces) {
        DecodedAnswer answer = new DecodedAnswer(toHead);
        for (byte[] piece : pieces) {
            answer.receive(piece);
        }
        return answer.verdict();
    }

    void receive(byte[] piece) {
        in.writeBytes(piece);
        try {
            while (bad.isEmpty() && !ended && read()) {
                // Goes on to the next part.
            }
        } catch (UpstreamException e) {
            bad = e.detail();
        }
    }

    private boolean read() {
        switch (decoder.read(in)) {
            case NEED_MORE -> {
                return false;
            }
            case INTERIM -> interim.append(decoder.head().status()).append(' ');
            case HEAD -> {}
            case CONTENT -> content.append(in.readCharSequence(decoder.contentBytes(), ISO_8859_1));
            case END -> ended = true;
        }
        return true;
    }

    /** Whether its end was read. */
    boolean isEnded() {
        return ended;
    }

    /** Its status code, once there is a head. */
    int status() {
        return decoder.head().status();
    }

    /** Bytes behind its end. */
    int surplus() {
        return in.readableBytes();
    }

    String verdict() {
        if (!bad.isEmpty()) {
            return "BAD";
        } else if (!ended && !decoder.endsWithInput()) {
            return "MORE";
        }
        UpstreamHead head = decoder.head();
        boolean keep = head.keepsConnection() && ended;
        FieldLines trailers = decoder.trailers();
        return interim + "" + head.status() + (keep ? " keep" : " close") + " \"" + quoted(content) + "\""
                + (trailers.size() == 0 ? "" : " {" + trailers.name(0) + ": " + trailers.value(0) + "}")
                + (in.isReadable() ? " +" + in.readableBytes() : "");
    }

    private static String quoted(StringBuilder content) {
        return WireText.text(content.toString().getBytes(ISO_8859_1));
    }
}
