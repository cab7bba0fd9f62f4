package dev.lurcher.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.ProtocolException.Code;
import dev.lurcher.protocol.TNetString.Limits;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TNetStringProperties {
    private static final Limits LIMITS = new Limits(4, 1 << 20);

    @Provide
    Arbitrary<TNetString> values() {
        return nested(4);
    }

    @Property(tries = 300)
    void readsWhatItWrites(@ForAll("values") TNetString value) {
        assertEquals(value, TNetString.read(ByteBuffer.wrap(value.bytes()), LIMITS));
    }

    @Property(tries = 200)
    void everyTruncationIsNoticed(@ForAll("values") TNetString value) {
        byte[] bytes = value.bytes();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length);
            var thrown = assertThrows(ProtocolException.class, () -> TNetString.read(cut, LIMITS));
            assertEquals(Code.TRUNCATED, thrown.code());
        }
    }

    @Property(tries = 300)
    void damageGivesATypedErrorOrAValue(
            @ForAll("values") TNetString value,
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1 << 20) Integer> places,
            @ForAll byte octet) {
        byte[] bytes = value.bytes();
        for (int place : places) {
            bytes[place % bytes.length] = octet;
        }
        readOrRefuse(bytes);
    }

    @Property(tries = 300)
    void anyBytesGiveATypedErrorOrAValue(@ForAll byte[] bytes) {
        readOrRefuse(bytes);
    }

    private static void readOrRefuse(byte[] bytes) {
        try {
            TNetString value = TNetString.read(ByteBuffer.wrap(bytes), LIMITS);
            assertEquals(value, TNetString.read(ByteBuffer.wrap(value.bytes()), LIMITS));
        } catch (ProtocolException expected) {
            // Anything else fails the property.
        }
    }

    private static Arbitrary<TNetString> nested(int depth) {
        Arbitrary<TNetString> plain = Arbitraries.oneOf(
                Heads.octets().map(TNetString.Text::new),
                Arbitraries.longs().map(TNetString.Whole::new),
                Arbitraries.doubles().map(TNetString.Real::new),
                Arbitraries.of(true, false).map(TNetString.Flag::new),
                Arbitraries.just(new TNetString.Nothing()));
        if (depth == 0) {
            return plain;
        }
        Arbitrary<TNetString> inner = nested(depth - 1);
        return Arbitraries.oneOf(
                plain,
                inner.list().ofMaxSize(3).map(TNetString.Sequence::new),
                Arbitraries.maps(Heads.octets(), inner).ofMaxSize(3).map(TNetString.Dictionary::new));
    }
}
