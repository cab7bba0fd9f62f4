package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random requests, sound and damaged. Everything follows from a seed, which jqwik reports and shrinks. */
class RequestProperties {
    private static final String TOKEN = "abcXYZ019!#$%&'*+-.^_`|~";
    private static final String PATH = "abcXYZ019-._~!$&'()*+,;=:@/";
    private static final String VALUE = "abc XYZ\t019\"(),/:;<=>?@[\\]{}|~\u0080\u00ff";
    private static final String CONTENT = "\r\n0123456789abcdef;GETPOST /HTTP.: \u0000\u00ff";

    @Property(tries = 400)
    void soundRequestsComeOutAsTheyWereMade(@ForAll long seed) {
        Random random = new Random(seed);
        List<Made> made = new ArrayList<>();
        StringBuilder wire = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            Made request = Made.by(random);
            made.add(request);
            wire.append(request.wire);
        }
        try (DecoderRig rig = new DecoderRig(HttpLimits.DEFAULT, false, pace(random))) {
            for (byte[] piece : DecoderRig.split(wire.toString().getBytes(ISO_8859_1), random)) {
                rig.receive(piece);
            }
            rig.shutInput();
            assertEquals(String.join(" ; ", made.stream().map(m -> m.verdict).toList()), rig.verdict());
            for (int i = 0; i < made.size(); i++) {
                assertEquals(made.get(i).fields, fields(rig.requests().get(i)));
            }
        }
    }

    @Property(tries = 1500)
    void damagedRequestsGetOneVerdictHoweverSplit(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder wire = new StringBuilder();
        wire.append(Made.by(random).wire).append(Made.by(random).wire);
        byte[] damaged = damage(wire.toString().getBytes(ISO_8859_1), random);
        String verdict = DecoderRig.verdict(DecoderRig.Pace.RUNNING, damaged);
        for (int i = 0; i < 3; i++) {
            byte[][] pieces = DecoderRig.split(damaged, random);
            assertEquals(verdict, DecoderRig.verdict(pace(random), pieces), () -> WireText.text(damaged));
        }
    }

    @Property(tries = 500)
    void arbitraryBytesGetOneVerdictHoweverSplit(@ForAll byte[] bytes, @ForAll long seed) {
        Random random = new Random(seed);
        String verdict = DecoderRig.verdict(DecoderRig.Pace.RUNNING, bytes);
        assertEquals(verdict, DecoderRig.verdict(pace(random), DecoderRig.split(bytes, random)));
    }

    /** Some octets changed, dropped, doubled or put in, most of them ones that mean something. */
    static byte[] damage(byte[] sound, Random random) {
        String marks = "\r\n\t :;,%#?\"\\0123456789abcdefxX\u0000\u0001\u007f\u0080\u00ff";
        byte[] bytes = sound;
        for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
            int at = random.nextInt(bytes.length);
            byte octet = (byte)
                    (random.nextInt(4) == 0 ? random.nextInt(256) : marks.charAt(random.nextInt(marks.length())));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, 0, at);
            switch (random.nextInt(4)) {
                case 0 -> out.write(octet);
                case 1 -> {}
                case 2 -> out.writeBytes(new byte[] {bytes[at], bytes[at]});
                default -> out.writeBytes(new byte[] {octet, bytes[at]});
            }
            out.write(bytes, at + 1, bytes.length - at - 1);
            bytes = out.toByteArray();
        }
        return bytes;
    }

    static String text(String octets, int least, int most, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = least + random.nextInt(most - least + 1); i > 0; i--) {
            text.append(octets.charAt(random.nextInt(octets.length())));
        }
        return text.toString();
    }

    /** Chunked content in random chunks. */
    static String chunks(String content, Random random) {
        StringBuilder wire = new StringBuilder();
        for (int from = 0; from < content.length(); ) {
            int to = Math.min(content.length(), from + 1 + random.nextInt(20));
            String size = Integer.toHexString(to - from);
            wire.append(random.nextBoolean() ? size : "0" + size.toUpperCase(Locale.ROOT));
            wire.append(random.nextInt(3) == 0 ? ";" + text("abc", 1, 5, random) : "");
            wire.append("\r\n").append(content, from, to).append("\r\n");
            from = to;
        }
        wire.append("0\r\n");
        for (int i = random.nextInt(3); i > 0; i--) {
            wire.append("X: ").append(text(VALUE, 0, 9, random)).append("\r\n");
        }
        return wire.append("\r\n").toString();
    }

    private static DecoderRig.Pace pace(Random random) {
        DecoderRig.Pace[] all = DecoderRig.Pace.values();
        return all[random.nextInt(all.length)];
    }

    private static List<String> fields(Request request) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < request.fieldCount(); i++) {
            String name = request.fieldName(i).toString().toLowerCase(Locale.ROOT);
            fields.add(name + "=" + request.fieldValue(i));
        }
        return fields;
    }

    /** A request made by chance: its bytes, and what must be read from them. */
    private record Made(String wire, String verdict, List<String> fields) {
        static Made by(Random random) {
            String method = text(TOKEN, 1, 32, random);
            String uri = "/" + text(PATH, 0, 30, random)
                    + (random.nextBoolean() ? "?" + text(PATH + "?", 0, 20, random) : "");
            List<String> fields = new ArrayList<>(List.of("Host:a"));
            for (int i = random.nextInt(6); i > 0; i--) {
                fields.add("x" + text(TOKEN, 0, 20, random) + ":"
                        + text(VALUE, 0, 60, random).strip());
            }
            String content = random.nextBoolean() ? "" : text(CONTENT, 1, 100, random);
            boolean chunked = random.nextBoolean();
            if (chunked) {
                fields.add("Transfer-Encoding:chunked");
            } else if (!content.isEmpty()) {
                fields.add("Content-Length:" + content.length());
            }
            StringBuilder wire = new StringBuilder(method + " " + uri + " HTTP/1.1\r\n");
            fields.forEach(field -> wire.append(field).append("\r\n"));
            wire.append("\r\n").append(chunked ? chunks(content, random) : content);
            String shown = content.isEmpty() ? "" : " \"" + WireText.text(content.getBytes(ISO_8859_1)) + "\"";
            List<String> seen = fields.stream().map(Made::seen).toList();
            return new Made(wire.toString(), method + " " + uri + " @a" + shown, seen);
        }

        private static String seen(String field) {
            int colon = field.indexOf(':');
            return field.substring(0, colon).toLowerCase(Locale.ROOT) + "=" + field.substring(colon + 1);
        }
    }
}
