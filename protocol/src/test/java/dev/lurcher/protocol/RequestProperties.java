package dev.lurcher.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.testing.Head;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class RequestProperties {
    private final RequestWriter writer = new RequestWriter();

    @Provide
    Arbitrary<Head> heads() {
        return Heads.heads();
    }

    @Property
    void workerReadsWhatWasWritten(
            @ForAll("heads") Head head,
            @ForAll HeaderFormat format,
            @ForAll @IntRange(min = 0) int id,
            @ForAll @Size(max = 300) byte[] content) {
        new WrittenRequest(writer, head, format, id, content).assertRead();
    }

    @Property
    void workerReadsThePartThatWasWritten(
            @ForAll HeaderFormat format,
            @ForAll @IntRange(min = 0) int id,
            @ForAll @LongRange(min = 0) long offset,
            @ForAll boolean last,
            @ForAll @Size(max = 300) byte[] content) {
        UploadPart part = new UploadPart("/up", offset, last);
        writer.part(format, new byte[] {'S'}, id, part, content.length);
        writer.append(ByteBuffer.wrap(content));
        writer.close();
        RequestMessage read = RequestReader.read(Arrays.copyOfRange(writer.array(), writer.start(), writer.end()));
        assertEquals(part, read.part());
        assertEquals(id, read.connectionId());
        assertArrayEquals(content, read.content());
    }

    @Property
    void jsonIsStrict(@ForAll("heads") Head head) throws Exception {
        new WrittenRequest(writer, head, HeaderFormat.JSON, 1, new byte[0]).assertStrictJson();
    }

    @Property(tries = 100)
    void everyTruncationIsNoticed(@ForAll("heads") Head head, @ForAll HeaderFormat format) {
        byte[] frame = new WrittenRequest(writer, head, format, 12345, new byte[] {1, 2, 3}).frame();
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            var thrown = assertThrows(ProtocolException.class, () -> RequestReader.read(cut));
            assertEquals(Code.TRUNCATED, thrown.code());
        }
    }

    @Property
    void damageGivesATypedErrorOrAMessage(
            @ForAll("heads") Head head,
            @ForAll HeaderFormat format,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 1 << 20) Integer> places,
            @ForAll byte octet) {
        byte[] frame = new WrittenRequest(writer, head, format, 1, new byte[] {1, 2, 3}).frame();
        for (int place : places) {
            frame[place % frame.length] = octet;
        }
        readOrRefuse(frame);
    }

    @Property
    void anyBytesGiveATypedErrorOrAMessage(@ForAll byte[] frame) {
        readOrRefuse(frame);
    }

    private static void readOrRefuse(byte[] frame) {
        try {
            RequestReader.read(frame);
        } catch (ProtocolException expected) {
            // Anything else fails the property.
        }
    }
}
