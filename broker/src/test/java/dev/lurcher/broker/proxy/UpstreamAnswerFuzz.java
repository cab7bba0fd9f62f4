package dev.lurcher.broker.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.http.AnswerFuzz;
import dev.lurcher.protocol.testing.KeptInputs;
import java.util.Arrays;
import java.util.Random;

/** Any bytes from an upstream get one verdict however they are split; where an answer ends, it ends for another reader too. */
public class UpstreamAnswerFuzz {
    @KeptInputs
    void endsWhereAnotherReaderSeesTheEnd(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        for (boolean toHead : new boolean[] {false, true}) {
            int cut = new Random(Arrays.hashCode(bytes)).nextInt(bytes.length + 1);
            DecodedAnswer whole = new DecodedAnswer(toHead);
            whole.receive(bytes);
            assertEquals(
                    whole.verdict(),
                    DecodedAnswer.verdict(
                            toHead, Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)));
            byte[][] single = new byte[bytes.length][];
            Arrays.setAll(single, i -> new byte[] {bytes[i]});
            assertEquals(whole.verdict(), DecodedAnswer.verdict(toHead, single));
            if (whole.isEnded() && whole.status() != 101) {
                byte[] answer = Arrays.copyOf(bytes, bytes.length - whole.surplus());
                int status = AnswerFuzz.finalStatus(answer, toHead);
                assertTrue(
                        status == whole.status() || status == AnswerFuzz.NO_OPINION,
                        () -> "for another reader it is " + status);
            }
        }
    }
}
