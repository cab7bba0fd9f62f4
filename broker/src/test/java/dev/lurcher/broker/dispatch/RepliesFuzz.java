package dev.lurcher.broker.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.zmtp.DetachedPeer;
import dev.lurcher.broker.zmtp.PeerListener;
import dev.lurcher.broker.zmtp.SocketType;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.testing.Allocation;
import dev.lurcher.protocol.testing.KeptInputs;
import dev.lurcher.protocol.testing.ReplyGrammar;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Whatever workers send, each client gets what the grammar says it gets, nothing is thrown, nothing is kept, and a claim costs no
 * memory. From a classic worker and from a managed one.
 * <pre> input = separator frame *( separator frame )</pre>
 * There are clients 8, 9, 10 and 11 on two loops; number 10 is another handler's.
 */
public class RepliesFuzz {
    private static final String SENDER = "S";
    private static final int MOST_TARGETS = 8;
    private static final int FOREIGN_ID = 10;

    /** An exception with its text, and what fuzzing itself needs. */
    private static final long MOST_BYTES_ALLOCATED = 64 * 1024;

    private final HandlerPool pool;
    private final EmbeddedChannel[] loops = {new EmbeddedChannel(), new EmbeddedChannel()};
    private final LoopContexts contexts;
    private final Map<Integer, List<String>> got = new TreeMap<>();

    /** For JUnit, and for each input. */
    public RepliesFuzz() {
        HandlerLimits limits = new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), 10, 1000, 1);
        pool = new HandlerPool(
                new Target.Handler(1, "", SENDER, "", "", false, HeaderFormat.JSON, limits, HandlerPolicy.USUAL),
                new Counters());
        contexts = new LoopContexts(context(0), context(1));
        for (int i = 0; i < 4; i++) {
            LoopContext context = contexts.all().get(i % 2);
            Receiver receiver = new Receiver(context);
            receiver.id = context.register(receiver);
        }
    }

    private LoopContext context(int index) {
        loops[index].freezeTime();
        return new LoopContext(loops[index].eventLoop(), index, loops.length, MOST_TARGETS, 7);
    }

    @KeptInputs
    void givesEachClientWhatItsWorkersSay(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        List<byte[]> frames = frames(bytes);
        frames.forEach(RepliesFuzz::assertCheap);
        new RepliesFuzz().check(SocketType.PUB, frames);
        new RepliesFuzz().check(SocketType.DEALER, frames);
    }

    private static void assertCheap(byte[] frame) {
        ReplyReader reader = new ReplyReader(MOST_TARGETS);
        long allocated = Allocation.bytesOf(
                () -> {
                    try {
                        reader.read(ByteBuffer.wrap(frame));
                    } catch (ProtocolException refused) {
                        // As it should be.
                    }
                },
                MOST_BYTES_ALLOCATED);
        assertTrue(allocated <= MOST_BYTES_ALLOCATED, () -> allocated + " bytes were allocated");
    }

    private void check(SocketType type, List<byte[]> frames) {
        ReplyRouter replies = new ReplyRouter(pool, contexts, true);
        WorkerListener.Terms terms = new WorkerListener.Terms("b", 1000, Duration.ofSeconds(1));
        PeerListener listener = type == SocketType.PUB ? replies : new WorkerListener(pool, contexts, replies, terms);
        Map<Integer, List<String>> expected = new TreeMap<>();
        try {
            Silent peer = new Silent(type, loops[0]);
            listener.onPeer(peer);
            for (byte[] frame : frames) {
                send(listener, peer, frame);
                expect(frame, expected);
            }
            listener.onGone(peer, "the end");
            turn();
            assertEquals(expected, got);
            assertEquals(0, pool.figures().workers().size());
        } finally {
            for (EmbeddedChannel loop : loops) {
                loop.finishAndReleaseAll();
            }
        }
    }

    private void send(PeerListener listener, Silent peer, byte[] frame) {
        ByteBuf buffer = (frame.length & 1) == 0 ? Unpooled.buffer() : Unpooled.directBuffer();
        buffer.writeBytes(new byte[] {'8', ' '}).writeBytes(frame).writeBytes(new byte[] {'8', ','});
        listener.onFrame(peer, buffer, 2, frame.length, false);
        turn();
        assertEquals(1, buffer.refCnt(), "somebody keeps the frame");
        buffer.release();
    }

    private void turn() {
        for (EmbeddedChannel loop : loops) {
            loop.runPendingTasks();
        }
    }

    private static void expect(byte[] frame, Map<Integer, List<String>> expected) {
        ReplyGrammar reply = ReplyGrammar.read(new String(frame, ISO_8859_1), MOST_TARGETS);
        if (reply == null || !reply.sender().equals(SENDER)) {
            return;
        }
        String payload = reply.extended() ? extended(reply.payload()) : reply.payload();
        if (payload == null) {
            return;
        }
        for (long target : reply.targets()) {
            if (target >= 8 && target <= 11 && target != FOREIGN_ID) {
                expected.computeIfAbsent((int) target, id -> new ArrayList<>()).add(payload);
            }
        }
    }

    /** What an extended reply asks for; null where it cannot be told. */
    private static @Nullable String extended(String payload) {
        try {
            return ExtendedReply.read(ByteBuffer.wrap(payload.getBytes(ISO_8859_1)), TNetString.Limits.DEFAULT)
                    .toString();
        } catch (ProtocolException e) {
            return null;
        }
    }

    private static List<byte[]> frames(byte[] bytes) {
        List<byte[]> frames = new ArrayList<>();
        int from = 1;
        for (int at = 1; at <= bytes.length; at++) {
            if (at == bytes.length || bytes[at] == bytes[0]) {
                frames.add(Arrays.copyOfRange(bytes, from, at));
                from = at + 1;
            }
        }
        return frames;
    }

    /** A client; an empty reply asks it to close. */
    private final class Receiver implements Client {
        private final LoopContext context;
        private int id;

        Receiver(LoopContext context) {
            this.context = context;
        }

        private void receive(String payload) {
            got.computeIfAbsent(id, unused -> new ArrayList<>()).add(payload);
        }

        @Override
        public LoopContext context() {
            return context;
        }

        @Override
        public boolean servedBy(HandlerPool asking) {
            return id != FOREIGN_ID;
        }

        @Override
        public void onReply(ByteBuf buffer, int index, int length) {
            assertTrue(length > 0);
            receive(buffer.toString(index, length, ISO_8859_1));
        }

        @Override
        public void onCloseAsked() {
            receive("");
        }

        @Override
        public void onExtended(ExtendedReply asked) {
            receive(asked.toString());
        }

        @Override
        public void onWorkerLost(Exchange exchange) {
            throw new AssertionError("there are no requests");
        }
    }

    private static final class Silent extends DetachedPeer {
        Silent(SocketType type, EmbeddedChannel loop) {
            super(type, loop.eventLoop());
        }

        @Override
        protected void onSent(byte[] frame, int from, int to) {
            assertTrue(from < to);
        }
    }
}
