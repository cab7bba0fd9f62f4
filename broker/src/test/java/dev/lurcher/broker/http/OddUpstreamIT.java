package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of answers.txt from a real upstream: nobody gets bytes that are not theirs. */
class OddUpstreamIT {
    private static final List<String[]> ROWS = WireText.table("/proxy/answers.txt");

    private static ScriptedOrigin origin;
    private static BrokerHarness broker;

    @BeforeAll
    static void start() throws Exception {
        origin = new ScriptedOrigin().serve(OddUpstreamIT::answer);
        broker = BrokerHarness.builder().proxy("/", origin.port()).start();
    }

    @AfterAll
    static void stop() {
        broker.close();
        origin.close();
    }

    /** {@code /odd/ROW} gets that row; {@code /nonce/N} gets N. */
    private static String answer(String head) {
        String[] path = head.split(" ")[1].split("/");
        if (path[1].equals("nonce")) {
            return ScriptedOrigin.ok(path[2]);
        }
        String[] row = ROWS.get(Integer.parseInt(path[2]));
        String bytes = new String(WireText.bytes(row[2]), ISO_8859_1);
        // What is not whole ends here, and so does what says that it does.
        return row[0].equals("MORE") || row[0].contains(" close ") ? "!" + bytes : bytes;
    }

    static List<Arguments> rows() {
        return IntStream.range(0, ROWS.size())
                .mapToObj(i -> Arguments.of(i, ROWS.get(i)[1], ROWS.get(i)[0]))
                .toList();
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rows")
    void reachesNobodyElse(int row, String name, String verdict) throws Exception {
        String method = name.endsWith("to HEAD") ? "HEAD" : "GET";
        String nonce = Long.toString(System.nanoTime());
        try (RawClient client = broker.client();
                RawClient other = broker.client()) {
            client.send(method + " /odd/" + row + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            other.get("/nonce/" + nonce);
            String got = client.untilEnd();
            assertTrue(other.answer().endsWith("\r\n\r\n" + nonce));
            assertTrue(other.get("/nonce/2" + nonce).answer().endsWith("\r\n\r\n2" + nonce));
            assertFalse(got.contains("EVIL"), got);
            if (verdict.equals("BAD") || verdict.equals("MORE")) {
                assertBroken(got);
            } else {
                assertSound(got, verdict);
            }
        }
    }

    private static void assertSound(String got, String verdict) {
        String[] words = verdict.substring(0, verdict.indexOf('"')).strip().split(" ");
        String status = words[words.length - 2];
        String content = new String(
                WireText.bytes(verdict.substring(verdict.indexOf('"') + 1, verdict.lastIndexOf('"'))), ISO_8859_1);
        int last = got.indexOf("HTTP/1.1 " + status);
        assertTrue(last >= 0, got);
        int end = got.indexOf("\r\n\r\n", last) + 4;
        boolean chunked = got.substring(last, end).contains("Transfer-Encoding: chunked\r\n");
        assertEquals(content, chunked ? joined(got.substring(end)) : got.substring(end), got);
    }

    /** The data of chunks, which end with the text. */
    private static String joined(String chunks) {
        StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            int lineEnd = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, lineEnd), 16);
            if (size == 0) {
                assertTrue(chunks.endsWith("\r\n\r\n"), chunks);
                return data.toString();
            }
            data.append(chunks, lineEnd + 2, lineEnd + 2 + size);
            at = lineEnd + 2 + size + 2;
        }
    }

    /** Refused; or begun, and cut so that no end is in sight. */
    private static void assertBroken(String got) {
        boolean refused = got.contains("HTTP/1.1 502 ");
        boolean cut = got.contains("Transfer-Encoding: chunked\r\n")
                ? !got.endsWith("0\r\n\r\n")
                : got.contains("Content-Length: 2\r\n") || got.startsWith("HTTP/1.1 10");
        assertTrue(refused || cut, got);
    }

    @Test
    void poisonedConnectionsAreNeverUsedAgain() throws Exception {
        int evil = 0;
        while (!ROWS.get(evil)[1].equals("a second answer")) {
            evil++;
        }
        long before = broker.broker().counters().get(Counter.UPSTREAM_SURPLUS);
        for (int round = 0; round < 10; round++) {
            try (RawClient client = broker.client();
                    RawClient other = broker.client()) {
                for (int i = 0; i < 1000; i++) {
                    client.get("/odd/" + evil);
                    other.get("/nonce/" + i);
                    assertTrue(client.answer().endsWith("\r\n\r\nhi"));
                    assertTrue(other.answer().endsWith("\r\n\r\n" + i));
                    assertTrue(client.get("/nonce/" + i).answer().endsWith("\r\n\r\n" + i));
                }
            }
        }
        assertEquals(10_000, broker.broker().counters().get(Counter.UPSTREAM_SURPLUS) - before);
    }
}
