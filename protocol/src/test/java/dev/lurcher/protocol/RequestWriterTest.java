package dev.lurcher.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.testing.Golden;
import dev.lurcher.protocol.testing.Head;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestWriterTest {
    private final RequestWriter writer = new RequestWriter();

    static List<Golden.Vector> requests() {
        return Golden.read("requests").stream().filter(v -> v.has("lurcher")).toList();
    }

    static List<Golden.Vector> parts() {
        return Golden.read("parts").stream().filter(v -> v.has("lurcher")).toList();
    }

    static List<Golden.Vector> notices() {
        return Golden.read("notices").stream().filter(v -> v.has("lurcher")).toList();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void writesGoldenRequests(Golden.Vector vector) {
        byte[] content = vector.bytes("content");
        byte[] sender = vector.bytes("sender");
        HeaderFormat format = HeaderFormat.of(vector.text("format"));
        writer.request(format, sender, Integer.parseInt(vector.text("connection")), head(vector), content.length);
        assertEquals(vector.text("lurcher"), complete(content));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void writesGoldenParts(Golden.Vector vector) {
        byte[] content = vector.bytes("content");
        UploadPart part = new UploadPart(
                vector.text("path"),
                Long.parseLong(vector.text("offset")),
                vector.text("last").equals("yes"));
        writer.part(
                HeaderFormat.of(vector.text("format")),
                vector.bytes("sender"),
                Integer.parseInt(vector.text("connection")),
                part,
                content.length);
        assertEquals(vector.text("lurcher"), complete(content));
    }

    @ParameterizedTest
    @MethodSource("notices")
    void writesGoldenNotices(Golden.Vector vector) {
        HeaderFormat format = HeaderFormat.of(vector.text("format"));
        byte[] sender = vector.bytes("sender");
        int connection = Integer.parseInt(vector.text("connection"));
        switch (vector.text("notice")) {
            case "disconnect" -> writer.disconnect(format, sender, connection);
            case "credit" -> writer.credit(format, sender, connection, Integer.parseInt(vector.text("bytes")));
            case "credits" -> writer.credits(format, sender, connection, Long.parseLong(vector.text("bytes")));
            case "drain" -> writer.drain(format, sender);
            case "welcome" ->
                writer.welcome(format, sender, vector.text("broker"), Integer.parseInt(vector.text("window")));
            default -> throw new AssertionError("no way to write " + vector);
        }
        assertEquals(vector.text("lurcher"), written());
    }

    @ParameterizedTest
    @EnumSource
    void writesTheLargestNumbersOfNotices(HeaderFormat format) {
        int most = Integer.MAX_VALUE;
        writer.credit(format, bytes("s".repeat(2000)), most, most);
        RequestMessage credit = RequestReader.read(written().getBytes(ISO_8859_1));
        assertEquals(most, credit.connectionId());
        assertEquals(new Notice.Credit(most), credit.notice());
        writer.credits(format, bytes("S"), most, Long.MAX_VALUE);
        assertEquals(
                new Notice.Written(Long.MAX_VALUE),
                RequestReader.read(written().getBytes(ISO_8859_1)).notice());
        writer.welcome(format, bytes("S"), "\"".repeat(2000), most);
        assertEquals(
                new Notice.Welcome("\"".repeat(2000), most),
                RequestReader.read(written().getBytes(ISO_8859_1)).notice());
        writer.welcome(format, bytes("S"), "b", most, most);
        assertEquals(
                new Notice.Welcome("b", most, most),
                RequestReader.read(written().getBytes(ISO_8859_1)).notice());
    }

    @Test
    void writesJsonUnlessTnetstringIsNamedExactly() {
        assertEquals(HeaderFormat.TNETSTRING, HeaderFormat.of("tnetstring"));
        assertEquals(HeaderFormat.JSON, HeaderFormat.of("json"));
        assertEquals(HeaderFormat.JSON, HeaderFormat.of("TNETSTRING"));
        assertEquals(HeaderFormat.JSON, HeaderFormat.of(""));
    }

    @ParameterizedTest
    @EnumSource
    void joinsRepeatedFieldsAtTheFirst(HeaderFormat format) {
        Fields fields = readBack(
                format,
                List.of(
                        new Field("A", "1"),
                        new Field("b", "2"),
                        new Field("a", "3"),
                        new Field("ab", "4"),
                        new Field("a", "5")),
                null);
        assertEquals(
                List.of(
                        new Field("a", "1"),
                        new Field("a", "3"),
                        new Field("a", "5"),
                        new Field("b", "2"),
                        new Field("ab", "4")),
                lines(fields));
    }

    @ParameterizedTest
    @EnumSource
    void tellsNamesOfOneKeyApart(HeaderFormat format) {
        // Same length, first, middle and last letter: told apart only by comparing.
        List<Field> sent = List.of(new Field("xaybz", "1"), new Field("xcydz", "2"), new Field("XAYBZ", "3"));
        assertEquals(
                List.of(new Field("xaybz", "1"), new Field("xaybz", "3"), new Field("xcydz", "2")),
                lines(readBack(format, sent, null)));
    }

    @ParameterizedTest
    @EnumSource
    void keepsAThousandFields(HeaderFormat format) {
        List<Field> sent = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            sent.add(new Field("x-" + i, "v" + i));
        }
        assertEquals(sent, lines(readBack(format, sent, null)));
    }

    @ParameterizedTest
    @EnumSource
    void removesFieldsThatImitateTheBroker(HeaderFormat format) {
        List<Field> sent = List.of(
                new Field("X-Mongrel2-Upload-Start", "/etc/passwd"),
                new Field("x-mongrel2-upload-done", "/etc/passwd"),
                new Field("UPLOAD_STREAM", "0"),
                new Field("Upload_Stream_Done", "1"),
                new Field("x-mongrel2", "kept"),
                new Field("upload", "kept"),
                new Field("METHOD", "kept, in lower case"));
        Fields fields = readBack(format, sent, null);
        assertEquals(
                List.of(
                        new Field("x-mongrel2", "kept"),
                        new Field("upload", "kept"),
                        new Field("method", "kept, in lower case")),
                lines(fields));
    }

    @ParameterizedTest
    @EnumSource
    void replacesForwardedFor(HeaderFormat format) {
        List<Field> sent = List.of(new Field("X-Forwarded-For", "1.2.3.4"), new Field("x-forwarded-for", "5.6.7.8"));
        assertEquals(List.of("10.0.0.1"), readBack(format, sent, "10.0.0.1").all("x-forwarded-for"));
        assertEquals(List.of("1.2.3.4", "5.6.7.8"), readBack(format, sent, null).all("x-forwarded-for"));
        assertFalse(readBack(format, List.of(), null).contains("x-forwarded-for"));
        assertEquals(List.of(new Field("x-forwarded-for", "::1")), lines(readBack(format, List.of(), "::1")));
    }

    @Test
    void escapesAtEveryPlaceOfALongValue() {
        for (int length = 1; length <= 40; length++) {
            for (int at = 0; at < length; at++) {
                for (String odd : List.of("\"", "\\", "\0", "\u001f", "\u0080", "\u00ff", "\u007f", " ")) {
                    String value = "a".repeat(at) + odd + "b".repeat(length - at - 1);
                    assertEquals(
                            value,
                            readBack(HeaderFormat.JSON, List.of(new Field("x", value)), null)
                                    .first("x"));
                }
            }
        }
    }

    @Test
    void growsAndKeepsTheArray() {
        int before = writer.array().length;
        readBack(HeaderFormat.JSON, List.of(new Field("x", "\u0001".repeat(10_000))), null);
        byte[] grown = writer.array();
        assertTrue(grown.length >= 60_000 && before < 60_000);
        readBack(HeaderFormat.JSON, List.of(new Field("x", "\u0001".repeat(10_000))), null);
        assertEquals(grown, writer.array());
    }

    private Fields readBack(HeaderFormat format, List<Field> sent, @Nullable String forwardedFor) {
        writer.request(format, bytes("S"), 1, new Head(Map.of(), sent, forwardedFor), 0);
        return RequestReader.read(complete(new byte[0]).getBytes(ISO_8859_1)).fields();
    }

    private String complete(byte[] content) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        writer.append(buffer);
        assertEquals(content.length, buffer.remaining());
        writer.close();
        return written();
    }

    private String written() {
        return new String(writer.array(), writer.start(), writer.end() - writer.start(), ISO_8859_1);
    }

    private static RequestHead head(Golden.Vector vector) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String variable : vector.all("variable")) {
            variables.put(variable.substring(0, variable.indexOf('=')), variable.substring(variable.indexOf('=') + 1));
        }
        List<Field> fields = new ArrayList<>();
        String forwardedFor = null;
        for (Field field : RequestReaderTest.fields(vector)) {
            if (field.name().equals("x-forwarded-for")) {
                forwardedFor = field.value();
            } else if (field.name().startsWith("x-mongrel2-upload-")) {
                variables.put(field.name(), field.value());
            } else {
                fields.add(field);
            }
        }
        return new Head(variables, fields, forwardedFor);
    }

    private static List<Field> lines(Fields fields) {
        List<Field> lines = new ArrayList<>();
        fields.forEach(lines::add);
        return lines;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
