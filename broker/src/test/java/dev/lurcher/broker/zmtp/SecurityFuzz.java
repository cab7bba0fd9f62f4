package dev.lurcher.broker.zmtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import dev.lurcher.protocol.testing.KeptInputs;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a peer sends before or after PLAIN's and CURVE's handshakes, nobody is let in who may not be, nothing is told that
 * was not sealed, and it makes no difference how the bytes were split. The first byte of an input chooses how far the peer
 * behaves, the others are what it does then: bytes on the wire, or the text of boxes that are sealed as they should be.
 */
public class SecurityFuzz {
    private static final ZmtpSettings SETTINGS = new ZmtpSettings(
            Duration.ofSeconds(10),
            2000,
            10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            64 << 10,
            Duration.ofSeconds(1));
    private static final CurvePair SERVER = CurvePair.generate();
    private static final CurvePair KNOWN = CurvePair.generate();
    private static final CurvePair UNKNOWN = CurvePair.generate();
    private static final Security CURVE = new Security.Curve(SERVER, Map.of(KNOWN.key(), "known"));
    private static final Security PLAIN =
            new Security.Plain(Map.of("w", PasswordHash.parse("sha256:" + "0".repeat(32) + ":" + "0".repeat(64))));

    /** What a connection takes before anything has come: the batches of its output. */
    private static final long FREE_BYTES = 64 * 1024;

    /** How far the peer behaves. */
    private enum Start {
        PLAIN_GREETING,
        CURVE_GREETING,
        CURVE_HELLO,
        SEALED_INITIATE,
        INITIATE_OF_A_STRANGER,
        TRAFFIC,
        SEALED_TRAFFIC;

        /** Whether the peer proves a key that is on the list. */
        boolean mayBeLetIn() {
            return this == SEALED_INITIATE || this == TRAFFIC || this == SEALED_TRAFFIC;
        }
    }

    @KeptInputs
    void letsInWhoMayAndTellsWhatWasSealed(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Random random = new Random(Arrays.hashCode(bytes));
        Start start = Start.values()[(bytes[0] & 0xFF) % Start.values().length];
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        List<String> verdict = verdict(start, null, rest);
        assertEquals(verdict, verdict(start, random, rest));
    }

    private static List<String> verdict(Start start, @Nullable Random random, byte[] rest) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        Recorder recorder = new Recorder();
        List<String> verdict = new ArrayList<>();
        Security security = start == Start.PLAIN_GREETING ? PLAIN : CURVE;
        try (Line line = new Line(new Role.Requests(true), SETTINGS.withSecurity(security), recorder, allocator)) {
            byte[] stream = begin(line, start, rest);
            for (int at = 0; at < stream.length; ) {
                int end = random == null
                        ? stream.length
                        : Math.min(stream.length, at + 1 + random.nextInt(1 << random.nextInt(12)));
                line.receive(Arrays.copyOfRange(stream, at, end));
                at = end;
                line.sent();
                long used = allocator.metric().usedDirectMemory();
                int come = at;
                assertTrue(used <= FREE_BYTES + 4L * come, () -> used + " bytes are kept of " + come);
            }
            assertTrue(start.mayBeLetIn() || line.count(Event.READY) == 0, "a stranger was let in");
            recorder.frames.forEach(frame -> verdict.add(frame.text() + (frame.more() ? "+" : "")));
            assertTrue(start != Start.TRAFFIC || verdict.isEmpty(), "something was told that was not sealed");
            verdict.add("open " + line.isOpen());
            line.close();
            for (Event event : Event.values()) {
                verdict.add(event + " " + line.count(event));
            }
            assertEquals(0, line.counters.peers());
        }
        assertEquals(0, allocator.metric().usedDirectMemory());
        return verdict;
    }

    /** Does what the peer does as it should, and answers what is left to be sent. */
    private static byte[] begin(Line line, Start start, byte[] rest) {
        if (start == Start.PLAIN_GREETING) {
            line.receive(Bytes.greeting(1, "PLAIN"));
            return rest;
        }
        line.receive(CurvePeer.greeting());
        line.sent();
        if (start == Start.CURVE_GREETING) {
            return rest;
        }
        CurvePair own = start == Start.INITIATE_OF_A_STRANGER ? UNKNOWN : KNOWN;
        CurvePeer peer = new CurvePeer(SERVER.key(), own);
        line.receive(peer.hello());
        peer.welcome(Bytes.contents(line.sent()).get(0));
        return switch (start) {
            case PLAIN_GREETING, CURVE_GREETING, CURVE_HELLO -> rest;
            case SEALED_INITIATE, INITIATE_OF_A_STRANGER ->
                peer.initiate(peer.passingKey(), SERVER.key().bytes(), rest);
            case TRAFFIC -> {
                line.receive(peer.initiate("DEALER"));
                yield rest;
            }
            case SEALED_TRAFFIC -> {
                line.receive(peer.initiate("DEALER"));
                yield frames(peer, rest);
            }
        };
    }

    /** One frame for each line of the input, sealed; the first character of a line is its flags. */
    private static byte[] frames(CurvePeer peer, byte[] input) {
        byte[] stream = {};
        for (String text : new String(input, ISO_8859_1).split("\n", 64)) {
            if (!text.isEmpty()) {
                stream = Bytes.of(stream, peer.message(text.charAt(0), text.substring(1)));
            }
        }
        return stream;
    }
}
