package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.route.Explanation;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import dev.lurcher.protocol.RequestWriter;
import dev.lurcher.protocol.testing.KeptInputs;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Any bytes from a client get one verdict however they are split; a request that is taken is one that another reader reads
 * alike; it has a route or none; and a worker is told what the client said.
 */
public class RequestFuzz {
    /** Small, so that the fuzzer can pass them. */
    private static final HttpLimits LIMITS = new HttpLimits(512, 1024, 12, 64, 128, 256, 512);

    private static final int SHORT_BYTES = 300;
    private static final RequestWriter WRITER = new RequestWriter();
    private static final RouteTable MONGREL2 = table(false);
    private static final RouteTable STRICT = table(true);

    @KeptInputs
    void getsOneVerdictHoweverSplit(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        Random random = new Random(Arrays.hashCode(bytes));
        List<RequestGrammar.Sound> expected = RequestGrammar.read(new String(bytes, ISO_8859_1));
        String verdict = verdict(DecoderRig.Pace.RUNNING, expected, bytes);
        DecoderRig.Pace[] paces = DecoderRig.Pace.values();
        DecoderRig.Pace pace = paces[random.nextInt(paces.length)];
        int cut = random.nextInt(bytes.length + 1);
        byte[][] halves = {Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length)};
        assertEquals(verdict, verdict(pace, expected, halves));
        byte[][] pieces = bytes.length <= SHORT_BYTES ? DecoderRig.single(bytes) : DecoderRig.split(bytes, random);
        assertEquals(verdict, verdict(DecoderRig.Pace.RUNNING, expected, pieces));
    }

    private static String verdict(DecoderRig.Pace pace, List<RequestGrammar.Sound> expected, byte[]... pieces) {
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
        String verdict;
        try (DecoderRig rig = new DecoderRig(LIMITS, false, pace)) {
            rig.channel().config().setAllocator(allocator);
            for (byte[] piece : pieces) {
                rig.receive(piece);
            }
            rig.shutInput();
            verdict = rig.verdict();
            check(rig.requests(), rig.verdicts(), expected);
        }
        assertEquals(0, allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory());
        return verdict;
    }

    /** @param shown a line for each request, the last of which may have been cut off, and perhaps one more for a refusal */
    private static void check(List<Request> requests, List<String> shown, List<RequestGrammar.Sound> expected) {
        int known = 0;
        // The grammar knows requests only: it cannot read on behind a message.
        while (known < shown.size() && !isMessage(shown.get(known))) {
            known++;
        }
        for (int i = 0; i < requests.size(); i++) {
            if (i < known && !shown.get(i).endsWith(" ...")) {
                assertTrue(i < expected.size(), () -> "taken, but for another reader unsound: " + shown);
                assertEquals(expected.get(i).shown(), shown.get(i));
                assertEquals(expected.get(i).fields(), fields(requests.get(i)));
            }
            assertRouted(MONGREL2, requests.get(i));
            assertRouted(STRICT, requests.get(i));
            assertTold(requests.get(i), HeaderFormat.JSON);
            assertTold(requests.get(i), HeaderFormat.TNETSTRING);
        }
    }

    /** No path begins with either. */
    private static boolean isMessage(String line) {
        return line.startsWith("JSON @") || line.startsWith("XML <");
    }

    private static List<String> fields(Request request) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < request.fieldCount(); i++) {
            String name = request.fieldName(i).toString().toLowerCase(Locale.ROOT);
            fields.add(name + "=" + request.fieldValue(i));
        }
        return fields;
    }

    private static void assertRouted(RouteTable table, Request request) {
        Explanation explained = table.explain(request.host(), request.path());
        assertEquals(explained.host(), table.host(request.host()).host());
        assertEquals(explained.route(), table.host(request.host()).find(request.path()));
    }

    private static void assertTold(Request request, HeaderFormat format) {
        byte[] sender = {'S'};
        WRITER.request(format, sender, 7, request, 0);
        WRITER.close();
        RequestMessage message = RequestReader.read(Arrays.copyOfRange(WRITER.array(), WRITER.start(), WRITER.end()));
        assertEquals(request.path(), message.path());
        assertEquals(request.path(), message.variable("PATH"));
        assertEquals(request.method(), message.variable("METHOD"));
        assertEquals(request.uri(), message.variable("URI"));
        assertEquals(request.query(), message.variable("QUERY"));
        assertEquals(request.fragment(), message.variable("FRAGMENT"));
        assertEquals(request.version(), message.variable("VERSION"));
        assertArrayEquals(new byte[0], message.content());
        for (String line : fields(request)) {
            String name = line.substring(0, line.indexOf('='));
            boolean reserved = name.startsWith("upload_") || name.startsWith("x-mongrel2-upload-");
            assertEquals(!reserved, message.fields().all(name).contains(line.substring(line.indexOf('=') + 1)));
        }
    }

    private static RouteTable table(boolean strict) {
        Target target = new Target.Directory(1, "static/", "index.html", "text/plain", 0, DirectoryPolicy.USUAL);
        List<Route> routes = new ArrayList<>();
        for (String path : List.of("/", "/users", "/users/(\\d+)$", "/a/(.-)/b(\\b()*)", "/(\\f[\\w][a-z]+)", "*")) {
            routes.add(new Route(routes.size(), path, target));
        }
        List<Host> hosts = List.of(
                new Host(1, "a", "a", routes),
                new Host(2, "example.com", "example.com", routes),
                new Host(3, "::1", "::1", routes.subList(0, 1)),
                new Host(4, "any", "(\\w+.)b", List.of()));
        return RouteTable.of(new Server(1, "u", "s", "a", "127.0.0.1", 0, "", "", "", 2, "", "", false, hosts), strict);
    }
}
