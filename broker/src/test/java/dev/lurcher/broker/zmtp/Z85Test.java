package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Z85Test {
    /** The example of RFC 32. */
    @Test
    void writesAndReadsTheExampleOfItsSpecification() {
        byte[] bytes = HexFormat.of().parseHex("864fd26fb559f75b");
        assertEquals("HelloWorld", Z85.encode(bytes));
        assertArrayEquals(bytes, Z85.decode("HelloWorld"));
    }

    @RepeatedTest(20)
    void readsWhatItWrites() {
        byte[] bytes = CurvePair.random(32);
        assertArrayEquals(bytes, Z85.decode(Z85.encode(bytes)));
    }

    @ParameterizedTest
    @CsvSource({
        "Hello+World, no multiple of five",
        "'Hello,orld', character 6 is none",
        "'Helloörld!', character 6 is none",
        "'#####Hello', characters 1 to 5 stand for no four bytes"
    })
    void saysWhatIsWrong(String text, String what) {
        IllegalArgumentException fault = assertThrows(IllegalArgumentException.class, () -> Z85.decode(text));
        assertTrue(String.valueOf(fault.getMessage()).contains(what), fault.getMessage());
    }

    @Test
    void keysAreTakenWithFortyCharactersOnly() {
        CurvePair pair = CurvePair.generate();
        assertEquals(pair.key(), CurveKey.parse(pair.key().toString()));
        assertEquals(pair.key(), CurvePair.parse(pair.secret()).key());
        String secret = pair.secret().substring(5);
        ZmtpException fault = assertThrows(ZmtpException.class, () -> CurveKey.parse(secret));
        assertEquals(ZmtpException.Code.BAD_KEY, fault.code());
        assertTrue(!String.valueOf(fault.getMessage()).contains(secret), "no secret in messages");
    }

    @Test
    void aPairShowsItsPublicKeyOnly() {
        CurvePair pair = CurvePair.generate();
        assertEquals(pair.key().toString(), pair.toString());
    }
}
