package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests and replies by chance, 250 in each form of headers: a worker gets from this broker what it gets from Mongrel2, a client
 * gets of the worker's reply what it gets from Mongrel2, and all that is written as JSON is JSON.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PairsDifferenceIT {
    private static final int PAIRS = 250;
    private static final int PAIRS_OF_A_CONNECTION = 10;

    /** Listed in docs/mongrel2.md: bytes from 0x80 make Mongrel2's JSON invalid. */
    private static final Map<String, String> INVALID = Map.of("form", "invalid json | json");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"json", "tnetstring"})
    void pairsByChanceAreTheSameButForWhatIsListed(String form) throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime() & 0xffffff);
        List<RandomPair> pairs = RandomPair.some(seed, PAIRS);
        try (FrontPair fronts = FrontPair.start(directory, form, "")) {
            List<Front.Outcome> mongrel2 = outcomes(fronts.mongrel2(), pairs);
            List<Front.Outcome> lurcher = outcomes(fronts.lurcher(), pairs);
            int listed = 0;
            for (int i = 0; i < pairs.size(); i++) {
                Front.Outcome ours = lurcher.get(i);
                String about = "pair " + i + " with seed " + seed + ":\n"
                        + pairs.get(i).request();
                assertEquals(pairs.get(i).reply(), ours.status(), about);
                assertNotEquals("invalid json", ours.arrived().getFirst().form(), about);
                boolean differs = form.equals("json") && pairs.get(i).hasHighOctets();
                listed += differs ? 1 : 0;
                Map<String, String> found = new TreeMap<>(DifferenceCase.found(mongrel2.get(i), ours));
                assertEquals(differs ? INVALID : Map.of(), found, about);
            }
            assertTrue(listed < PAIRS / 4, listed + " pairs differ as listed");
        }
    }

    /** What a client got, in place of the status, and what the worker received. */
    private static List<Front.Outcome> outcomes(Front front, List<RandomPair> pairs) throws Exception {
        List<Front.Outcome> outcomes = new ArrayList<>();
        for (int from = 0; from < pairs.size(); from += PAIRS_OF_A_CONNECTION) {
            try (RawClient client = front.client()) {
                for (RandomPair pair : pairs.subList(from, Math.min(pairs.size(), from + PAIRS_OF_A_CONNECTION))) {
                    String answer =
                            client.send(pair.request().getBytes(ISO_8859_1)).answer();
                    outcomes.add(new Front.Outcome(answer, "open", List.of(front.nextRequest())));
                }
            }
        }
        return outcomes;
    }
}
