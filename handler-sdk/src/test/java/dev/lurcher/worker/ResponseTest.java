package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseTest {
    @Test
    void writesStatusFieldsAndLength() {
        Response response =
                Response.text("gr\u00fcn").withStatus(404).withField("X-A", "1").withField("X-A", "\u00e9\t2");
        assertEquals(
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nX-A: 1\r\nX-A: \u00e9\t2\r\n"
                        + "Content-Length: 5\r\n\r\n",
                head(response));
        assertEquals("gr\u00c3\u00bcn", new String(response.content(), ISO_8859_1));
    }

    @Test
    void writesTheLengthOfNothingToo() {
        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", head(Response.of(200)));
    }

    @Test
    void writesNoLengthWhereThereIsNoContent() {
        assertEquals("HTTP/1.1 204 No Content\r\n\r\n", head(Response.of(204)));
        assertEquals("HTTP/1.1 304 Not Modified\r\n\r\n", head(Response.of(304)));
    }

    @Test
    void leavesTheReasonOutWhereItKnowsNone() {
        assertEquals("HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n", head(Response.of(299)));
    }

    @Test
    void namesTheTypeOfItsContent() {
        assertEquals(
                "text/html; charset=utf-8", Response.html("").fields().get(0).value());
        assertEquals("application/json", Response.json("{}").fields().get(0).value());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b", "a\u007fb", "\u20ac"})
    void refusesValuesThatWouldBreakTheAnswer(String value) {
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.of(200).withField("X", value)));
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.of(200).withContent(value, new byte[0])));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a:b", "a\r\nb", "\u00e9", "Content-Length", "transfer-encoding"})
    void refusesNamesThatWouldBreakTheAnswer(String name) {
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.of(200).withField(name, "x")));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 100, 101, 199, 600, 1000})
    void refusesOtherStatuses(int status) {
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.of(status)));
    }

    @Test
    void writesObjectsAsJson() {
        Response response = Response.json(Map.of("when", List.of(1, 2)));
        assertEquals("{\"when\":[1,2]}", new String(response.content(), UTF_8));
        assertEquals("application/json", response.fields().get(0).value());
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.json(new Object())));
    }

    @Test
    void leadsElsewhere() {
        assertEquals(
                "HTTP/1.1 302 Found\r\nLocation: /a?b\r\nContent-Length: 0\r\n\r\n", head(Response.redirect("/a?b")));
        assertEquals(Code.BAD_RESPONSE, refusal(() -> Response.redirect("/\r\nX: y")));
    }

    @Test
    void setsCookies() {
        Response response = Response.of(204).withCookie(new Cookie("a", "b")).withCookie(new Cookie("c", "d"));
        assertEquals(
                List.of("a=b; Path=/; HttpOnly; SameSite=Lax", "c=d; Path=/; HttpOnly; SameSite=Lax"),
                response.fields().stream().map(Field::value).toList());
    }

    @Test
    void tellsLengthAndTypeOfFiles(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("a.Txt"), "12345");
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n",
                head(Response.file(file)));
        assertEquals(404, Response.file(folder.resolve("b")).status());
        assertEquals(404, Response.file(folder).status());
        assertEquals(
                "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n",
                head(Response.sendFile(folder.resolve("missing"))));
    }

    @Test
    void isAnExceptionAsWell() {
        Response response = Response.error(409, "Taken");
        assertEquals(response, response.exception().response());
        assertEquals("Taken\n", new String(response.content(), UTF_8));
    }

    private static Code refusal(Runnable action) {
        return assertThrows(WorkerException.class, action::run).code();
    }

    private static String head(Response response) {
        return new String(response.head(false), ISO_8859_1);
    }
}
