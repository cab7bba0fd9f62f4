package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartStreamTest {
    private static final String FORM = "--XX\r\n"
            + "Content-Disposition: form-data; name=\"title\"\r\n\r\n"
            + "gr\u00c3\u00bcn\r\n"
            + "--XX\r\n"
            + "Content-Disposition: form-data; name=\"f\"; filename=\"a/b\\\\c \\\"d\\\".txt\"\r\n"
            + "Content-Type: text/csv\r\n\r\n"
            + "1,2\r\n"
            + "--X3,4\r\n\r\n"
            + "--XX\r\n"
            + "Content-Disposition: form-data; name=\"none\"; filename=\"\"\r\n\r\n\r\n"
            + "--XX--\r\n"
            + "epilogue";

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 100, 10_000})
    void readsPartsHoweverTheyCome(int mostAtOnce) throws Exception {
        MultipartStream parts = new MultipartStream(slow(FORM, mostAtOnce), "XX");
        FormPart title = parts.next();
        assertNotNull(title);
        assertEquals("title", title.name());
        assertNull(title.fileName());
        assertEquals("text/plain", title.contentType());
        assertEquals("gr\u00fcn", title.text(100));
        FormPart file = parts.next();
        assertNotNull(file);
        assertEquals("f", file.name());
        assertEquals("c \"d\".txt", file.fileName());
        assertEquals("text/csv", file.contentType());
        assertEquals("1,2\r\n--X3,4\r\n", new String(file.stream().readAllBytes(), ISO_8859_1));
        FormPart none = parts.next();
        assertNotNull(none);
        assertEquals("", none.fileName());
        assertEquals(-1, none.stream().read());
        assertNull(parts.next());
        assertNull(parts.next());
    }

    @Test
    void passesOverWhatNobodyReads() throws Exception {
        MultipartStream parts = new MultipartStream(slow("preamble\r\n" + FORM, 5), "XX");
        assertNotNull(parts.next());
        FormPart file = parts.next();
        assertNotNull(file);
        assertEquals('1', file.stream().read());
        FormPart none = parts.next();
        assertNotNull(none);
        assertEquals("none", none.name());
        assertNull(parts.next());
    }

    @Test
    void readsLargeOnesWithWhatLooksLikeABoundary() throws Exception {
        byte[] content = new byte[200_000];
        Random random = new Random(1);
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) "\r\n-X".charAt(random.nextInt(4));
        }
        String octets = new String(content, ISO_8859_1).replace("\r\n--XYZ", "\r\n--XXX");
        String form =
                "--XYZ\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\n" + octets + "\r\n--XYZ--\r\n";
        for (int mostAtOnce : new int[] {997, 1_000_000}) {
            FormPart part = new MultipartStream(slow(form, mostAtOnce), "XYZ").next();
            assertNotNull(part);
            assertEquals("b", part.fileName());
            assertArrayEquals(octets.getBytes(ISO_8859_1), part.stream().readAllBytes());
        }
    }

    @Test
    void readsAPartThatIsNothingButItsHead() throws Exception {
        MultipartStream parts = new MultipartStream(slow("--X\r\na: b\r\n\r\n--X--", 3), "X");
        FormPart part = parts.next();
        assertNotNull(part);
        assertEquals(0, part.stream().readAllBytes().length);
        assertNull(parts.next());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no boundary at all",
                "--XX",
                "--XX\r\n",
                "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\nno end",
                "--XXY\r\nA: b\r\n\r\n\r\n--XX--",
                "--XX\r\nno colon\r\n\r\n\r\n--XX--",
                "--XX\r\nA: b\n\nx\r\n--XX--",
            })
    void refusesWhatIsBroken(String form) {
        ResponseException refusal =
                assertThrows(ResponseException.class, () -> Form.read(new MultipartStream(slow(form, 100), "XX")));
        assertEquals(400, refusal.response().status());
    }

    @Test
    void boundsWhatIsKeptInMemory() {
        String head = "--XX\r\nA: " + "b".repeat(9000) + "\r\n\r\n\r\n--XX--";
        assertThrows(ResponseException.class, () -> new MultipartStream(slow(head, 1000), "XX").next());
        String text =
                "--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n" + "b".repeat(1024 * 1024 + 1) + "\r\n--XX--";
        ResponseException large =
                assertThrows(ResponseException.class, () -> Form.read(new MultipartStream(slow(text, 100_000), "XX")));
        assertEquals(413, large.response().status());
        String many = "--XX\r\n\r\n\r\n".repeat(1001) + "--XX--";
        assertEquals(
                413,
                assertThrows(ResponseException.class, () -> Form.read(new MultipartStream(slow(many, 100_000), "XX")))
                        .response()
                        .status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "multipart/form-data; boundary=abc | abc",
                "Multipart/Form-Data;charset=utf-8; Boundary=\"a b;c\" | a b;c",
                "multipart/form-data | ''",
                "text/plain; boundary=abc |",
            })
    void findsTheBoundary(String type, String expected) {
        assertEquals(expected, MultipartStream.boundary(type));
    }

    @Test
    void keepsLargeFilesOutOfMemoryUntilTheAnswer(@TempDir Path folder) throws Exception {
        String large = "x".repeat(100_000);
        String form = "--XX\r\nContent-Disposition: form-data; name=small; filename=s\r\n\r\nabc\r\n"
                + "--XX\r\nContent-Disposition: form-data; name=large; filename=l\r\n\r\n" + large
                + "\r\n--XX\r\nContent-Disposition: form-data; name=text\r\n\r\nword\r\n--XX--";
        Request request =
                new Captured().request(1, "POST", "/", ",\"content-type\":\"multipart/form-data; boundary=XX\"", form);
        assertEquals("word", request.form("text"));
        FormFile small = request.file("small");
        FormFile kept = request.file("large");
        assertNotNull(small);
        assertNotNull(kept);
        assertNull(request.file("text"));
        assertEquals(3, small.bytes());
        assertEquals(100_000, kept.bytes());
        small.saveTo(folder.resolve("small"));
        kept.saveTo(folder.resolve("large"));
        assertEquals("abc", Files.readString(folder.resolve("small")));
        assertEquals(large, Files.readString(folder.resolve("large")));
        request.reply(Response.of(204));
        assertThrows(IOException.class, kept::stream);
        assertFalse(Files.isDirectory(folder.resolve("large")));
    }

    private static InputStream slow(String octets, int mostAtOnce) {
        return new ByteArrayInputStream(octets.getBytes(ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] target, int offset, int count) {
                return super.read(target, offset, Math.min(count, mostAtOnce));
            }
        };
    }
}
