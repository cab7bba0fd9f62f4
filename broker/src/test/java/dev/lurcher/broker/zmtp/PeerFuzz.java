package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import dev.lurcher.protocol.testing.KeptInputs;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Any bytes from a peer are frames or end its connection, the same however they are split; and memory follows what has come,
 * not what was announced. The first byte of an input chooses the role of the endpoint, the others come from the peer.
 */
public class PeerFuzz {
    private static final ZmtpSettings SETTINGS = new ZmtpSettings(
            Duration.ofSeconds(10),
            2000,
            10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            64 << 10,
            Duration.ofSeconds(1));

    /** What a connection takes before anything has come: the batches of its output. */
    private static final long FREE_BYTES = 64 * 1024;

    @KeptInputs
    void tellsTheSameHoweverSplit(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Random random = new Random(Arrays.hashCode(bytes));
        Role role = role(bytes[0]);
        byte[] stream = Arrays.copyOfRange(bytes, 1, bytes.length);
        List<String> verdict = verdict(role, null, stream);
        assertEquals(verdict, verdict(role, random, stream));
        assertEquals(verdict, verdict(role, random, stream));
    }

    private static Role role(byte choice) {
        return switch (choice & 3) {
            case 0 -> new Role.Requests(true);
            case 1 -> new Role.Requests(false);
            case 2 -> new Role.Replies(Bytes.of("S "));
            default -> new Role.Control();
        };
    }

    /** What came of it: frames, the end, events, and what was sent to the peer. */
    private static List<String> verdict(Role role, @Nullable Random random, byte[] stream) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        Recorder recorder = new Recorder();
        List<String> verdict = new ArrayList<>();
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        try (Line line = new Line(role, SETTINGS, recorder, allocator)) {
            for (int at = 0; at < stream.length; ) {
                int end = random == null
                        ? stream.length
                        : Math.min(stream.length, at + 1 + random.nextInt(1 << random.nextInt(12)));
                line.receive(Arrays.copyOfRange(stream, at, end));
                at = end;
                sent.writeBytes(line.sent());
                long used = allocator.metric().usedDirectMemory();
                int come = at;
                assertTrue(used <= FREE_BYTES + 4L * come, () -> used + " bytes are kept of " + come);
            }
            recorder.frames.forEach(frame -> verdict.add(frame.text() + (frame.more() ? "+" : "")));
            verdict.add("open " + line.isOpen());
            verdict.add(HexFormat.of().formatHex(sent.toByteArray()));
            line.close();
            verdict.add("departed " + recorder.departures);
            for (Event event : Event.values()) {
                verdict.add(event + " " + line.count(event));
            }
            assertEquals(recorder.arrivals.size(), recorder.departures.size());
            assertEquals(0, line.counters.peers());
        }
        assertEquals(0, allocator.metric().usedDirectMemory());
        return verdict;
    }
}
