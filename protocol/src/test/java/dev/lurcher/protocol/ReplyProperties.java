package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.TNetString.Limits;
import dev.lurcher.protocol.testing.ReplyGrammar;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.statistics.Statistics;

class ReplyProperties {
    private static final int MOST = 8;

    private final ReplyReader reader = new ReplyReader(MOST);

    @Provide
    Arbitrary<String> senders() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(40);
    }

    @Provide
    Arbitrary<String> nearlyReplies() {
        Arbitrary<String> ids = Arbitraries.of("1", "22", " ", "1 ", "22 ", "X ", "X", ",")
                .list()
                .ofMaxSize(5)
                .map(list -> String.join("", list));
        Arbitrary<Integer> errors = Arbitraries.frequency(Tuple.of(8, 0), Tuple.of(1, 1), Tuple.of(1, -1));
        return Combinators.combine(Arbitraries.of("S", "S-1", "a.b"), ids, errors, Arbitraries.of(", ", ", body", ","))
                .as((sender, list, error, rest) -> sender + " " + (list.length() + error) + ":" + list + rest);
    }

    @Property
    void brokerReadsWhatAWorkerWrites(
            @ForAll("senders") String sender,
            @ForAll @Size(min = 1, max = MOST) List<@LongRange(min = 0) Long> ids,
            @ForAll @Size(max = 200) byte[] payload) {
        long[] targets = ids.stream().mapToLong(Long::longValue).toArray();
        byte[] frame = ReplyWriter.reply(sender, targets, payload);
        reader.read(ByteBuffer.wrap(frame));
        assertTrue(reader.senderIs(sender.getBytes(ISO_8859_1)));
        assertEquals(targets.length, reader.targets());
        for (int i = 0; i < targets.length; i++) {
            assertEquals(targets[i], reader.target(i));
        }
        assertArrayEquals(
                payload,
                Arrays.copyOfRange(frame, reader.payloadOffset(), reader.payloadOffset() + reader.payloadLength()));
    }

    @Property
    void everyTruncationOfTheHeadIsNoticed(
            @ForAll("senders") String sender, @ForAll @Size(min = 1, max = MOST) List<@LongRange(min = 0) Long> ids) {
        byte[] frame = ReplyWriter.close(
                sender, ids.stream().mapToLong(Long::longValue).toArray());
        for (int length = 0; length < frame.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(frame, 0, length);
            var thrown = assertThrows(ProtocolException.class, () -> reader.read(cut));
            assertEquals(Code.TRUNCATED, thrown.code());
        }
    }

    @Property(tries = 5000)
    void agreesWithTheGrammar(@ForAll("nearlyReplies") String text) {
        ReplyGrammar expected = ReplyGrammar.read(text, MOST);
        Statistics.label("valid")
                .collect(expected != null)
                .coverage(coverage -> coverage.check(true).percentage(percent -> percent > 5));
        ByteBuffer frame = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        if (expected != null) {
            reader.read(frame);
            assertEquals(expected.extended(), reader.extended());
            assertEquals(expected.isControl(), reader.isControl());
            assertEquals(expected.targets().size(), reader.targets());
            assertEquals(expected.payload().length(), reader.payloadLength());
        } else {
            assertThrows(ProtocolException.class, () -> reader.read(frame));
        }
    }

    @Property
    void anyBytesGiveATypedErrorOrAReply(@ForAll byte[] bytes) {
        try {
            reader.read(ByteBuffer.wrap(bytes));
        } catch (ProtocolException expected) {
            assertEquals(0, reader.targets());
        }
    }

    @Property
    void damagedExtensionsGiveATypedError(
            @ForAll boolean keepAlive,
            @ForAll long credits,
            @ForAll boolean cancel,
            @ForAll @IntRange(max = 99) int at,
            @ForAll byte octet) {
        ExtendedReply reply = new ExtendedReply.Control(keepAlive, credits, cancel);
        byte[] payload = reply.payload();
        assertEquals(reply, ExtendedReply.read(ByteBuffer.wrap(payload), Limits.DEFAULT));
        payload[at % payload.length] = octet;
        try {
            ExtendedReply.read(ByteBuffer.wrap(payload), Limits.DEFAULT);
        } catch (ProtocolException expected) {
            // Anything else fails the property.
        }
    }

    @Property
    void brokerReadsTheHelloOfAWorker(
            @ForAll @AlphaChars @StringLength(max = 50) String name,
            @ForAll @LongRange(min = 0) long pid,
            @ForAll @IntRange(min = 0) int capacity,
            @ForAll @IntRange(max = 199) int at,
            @ForAll byte octet) {
        WorkerControl hello = new WorkerControl.Hello(name, pid, "h", "", "1", "java", capacity);
        byte[] frame = ReplyWriter.control("S", hello);
        reader.read(ByteBuffer.wrap(frame));
        assertTrue(reader.isControl());
        ByteBuffer payload = ByteBuffer.wrap(frame, reader.payloadOffset(), reader.payloadLength());
        assertEquals(hello, WorkerControl.read(payload, Limits.DEFAULT));
        frame[reader.payloadOffset() + at % reader.payloadLength()] = octet;
        try {
            WorkerControl.read(payload, Limits.DEFAULT);
        } catch (ProtocolException expected) {
            // Anything else fails the property.
        }
    }

    @Property
    void anyContentOfANoticeIsANotice(@ForAll byte[] content) {
        assertNotNull(NoticeReader.read(content, null));
    }
}
