package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.RequestReader;
import dev.lurcher.protocol.testing.Golden;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
    private final List<String> sent = new ArrayList<>();

    static List<Golden.Vector> requests() {
        return Golden.read("requests").stream().filter(v -> v.has("lurcher")).toList();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void readsGoldenRequests(Golden.Vector vector) {
        Request request = request(vector.text("lurcher"));
        assertEquals(vector.text("path"), request.path());
        assertEquals(new Client(3, vector.text("sender"), Long.parseLong(vector.text("connection"))), request.client());
        assertArrayEquals(vector.bytes("content"), request.message().content());
        assertEquals(variable(vector, "METHOD", "none"), request.method());
        // What is no HTTP request has no URI and no version.
        assertEquals(variable(vector, "URI", vector.text("path")), request.uri());
        assertEquals(variable(vector, "VERSION", ""), request.version());
        assertEquals(variable(vector, "PATTERN", "none"), request.pattern());
        assertEquals(variable(vector, "URL_SCHEME", "none"), request.scheme());
        assertEquals(variable(vector, "REMOTE_ADDR", "none"), request.remoteAddress());
        assertFalse(request.isDisconnect());
        assertEquals(request.method().equals("JSON"), request.isJsonMessage());
    }

    private static String variable(Golden.Vector vector, String name, String otherwise) {
        return vector.all("variable").stream()
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst()
                .orElse(otherwise);
    }

    @Test
    void tellsNoQueryFromAnEmptyOne() {
        assertNull(get("").query());
        assertEquals("", get(",\"QUERY\":\"\"").query());
        assertEquals("a=b", get(",\"QUERY\":\"a=b\"").query());
    }

    @Test
    void readsFieldsAndText() {
        String headers = "{\"METHOD\":\"PUT\",\"accept\":[\"a\",\"b\"]}";
        Request request = request("S 1 / " + headers.length() + ":" + headers + ",2:\u00c3\u00a9,");
        assertEquals("a", request.field("Accept"));
        assertEquals(List.of("a", "b"), request.fields().all("ACCEPT"));
        assertNull(request.field("y"));
        assertEquals("\u00e9", request.text());
    }

    @Test
    void tellsMessagesOfJsonSocketsFromNotices() {
        Golden.read("requests").stream()
                .filter(v -> v.name().equals("json-socket"))
                .forEach(v -> assertTrue(request(v.text("mongrel2")).isJsonMessage()));
        Golden.read("notices").forEach(v -> {
            String origin = v.has("mongrel2") ? "mongrel2" : v.has("lurcher") ? "lurcher" : "foreign";
            Request request = request(v.text(origin));
            assertEquals(v.text("notice").equals("disconnect"), request.isDisconnect());
            assertEquals(v.text("notice").equals("none"), request.isJsonMessage());
        });
    }

    @Test
    void tellsUploadsByFile() {
        Request start = get(",\"x-mongrel2-upload-start\":\"/up/a\"");
        assertTrue(start.isUploadBegun());
        assertNull(start.uploadedFile());
        Request done = get(",\"x-mongrel2-upload-start\":\"/up/a\",\"x-mongrel2-upload-done\":\"/up/a\"");
        assertFalse(done.isUploadBegun());
        assertEquals(Path.of("/up/a"), done.uploadedFile());
        assertFalse(get("").isUploadBegun());
    }

    @Test
    void decodesQueryFormAndCookies() {
        Request request = get(",\"QUERY\":\"a=1%202&b\",\"cookie\":\"s=x\"");
        assertEquals("1 2", request.query("a"));
        assertEquals("", request.query("b"));
        assertNull(request.query("c"));
        assertEquals("x", request.cookie("s"));
        String headers = "{\"METHOD\":\"POST\",\"content-type\":\"application/x-www-form-urlencoded\"}";
        Request form = request("S 1 / " + headers.length() + ":" + headers + ",7:q=a+%62,");
        assertEquals("a b", form.form("q"));
        assertNull(request.form("q"));
    }

    @Test
    void readsTextInTheCharsetThatIsNamed() {
        String headers = "{\"METHOD\":\"PUT\",\"content-type\":\"text/plain; Charset=\\\"ISO-8859-1\\\"; a=b\"}";
        assertEquals(
                "\u00e9",
                request("S 1 / " + headers.length() + ":" + headers + ",1:\u00e9,")
                        .text());
        String unknown = headers.replace("ISO-8859-1", "none at all");
        assertEquals(
                "a",
                request("S 1 / " + unknown.length() + ":" + unknown + ",1:a,").text());
    }

    @Test
    void readsJson() {
        String headers = "{\"METHOD\":\"PUT\"}";
        Request request = request("S 1 / " + headers.length() + ":" + headers + ",7:{\"a\":1},");
        assertEquals(Map.of("a", 1), request.json(Map.class));
        ResponseException refusal = assertThrows(ResponseException.class, () -> request.json(Integer.class));
        assertEquals(400, refusal.response().status());
    }

    @Test
    void readsTheCertificateAndTheTrace() {
        Request request = get(",\"PEER_CERT_SHA1\":\"aa\",\"PEER_CERT_SUBJECT\":\"CN=x\",\"traceparent\":"
                + "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"");
        assertEquals(new ClientCertificate("aa", null, "CN=x"), request.clientCertificate());
        assertEquals(
                new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, ""), request.trace());
        assertNull(get("").clientCertificate());
        assertNull(get("").trace());
    }

    @Test
    void tellsWhenTheClientHasGone() {
        List<String> told = new ArrayList<>();
        Request request = get("");
        assertFalse(request.isClientGone());
        request.onGone(() -> told.add("first"));
        request.connection().gone(12);
        request.onGone(() -> told.add("second"));
        assertTrue(request.isClientGone());
        assertEquals(List.of("first", "second"), told);
    }

    @Test
    void tellsNobodyAfterTheAnswer() {
        Request request = get("");
        request.onGone(() -> sent.add("told"));
        request.reply(Response.of(204));
        request.connection().gone(12);
        assertEquals(1, sent.size());
    }

    @Test
    void readsAnUploadedFileAndDeletesItAfterTheAnswer(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("upload"), "from a file");
        Request request =
                get(",\"x-mongrel2-upload-start\":\"" + file + "\",\"x-mongrel2-upload-done\":\"" + file + "\"");
        assertEquals("from a file", request.text());
        assertEquals(
                413,
                assertThrows(ResponseException.class, () -> request.content(10))
                        .response()
                        .status());
        try (InputStream in = request.stream()) {
            assertEquals(11, in.readAllBytes().length);
        }
        assertTrue(Files.exists(file));
        request.reply(Response.of(204));
        assertFalse(Files.exists(file));
    }

    @Test
    void joinsContentThatComesPartByPart() {
        Connection connection = connection();
        Request request = connection.take(message(12, "{\"METHOD\":\"POST\",\"UPLOAD_STREAM\":\"0\"}", "one "));
        assertNull(connection.take(message(12, "{\"UPLOAD_STREAM\":\"4\"}", "two ")));
        assertNull(connection.take(message(12, "{\"UPLOAD_STREAM\":\"8\",\"UPLOAD_STREAM_DONE\":\"1\"}", "three")));
        assertNotNull(request);
        assertEquals("one two three", request.text());
        assertFalse(connection.hasUploads());
    }

    @Test
    void hasTheBrokerSendAFile() {
        get("").reply(Response.sendFile(Path.of("/srv/a b.gz")));
        assertEquals(
                List.of(
                        "3 S 2:12, HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\nConnection: close\r\n\r\n",
                        "3 S 4:X 12, 26:8:sendfile,11:/srv/a b.gz,]",
                        "3 S 2:12, "),
                sent);
    }

    @Test
    void answersMessagesOfMessageSocketsWithTheContentAlone() {
        request("S 5 @chat 32:{\"PATH\":\"@chat\",\"METHOD\":\"JSON\"},2:{},").reply(Response.json("{}"));
        assertEquals(List.of("3 S 1:5, {}"), sent);
    }

    @Test
    void asksForMoreThanSending() {
        Request request = get("");
        request.keepAlive();
        request.cancel();
        assertEquals(
                List.of(
                        "3 S 4:X 12, 31:3:ctl,21:10:keep-alive,4:true!}]",
                        "3 S 4:X 12, 26:3:ctl,16:6:cancel,4:true!}]"),
                sent);
    }

    @Test
    void repliesToItsClient() {
        get("").reply(Response.of(200).withContent(new byte[] {'h', 'i'}));
        assertEquals(List.of("3 S 2:12, HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), sent);
    }

    @Test
    void leavesContentOutOfAnswersToHead() {
        request("S 1 / 17:{\"METHOD\":\"HEAD\"},0:,").reply(Response.of(200).withContent(new byte[9]));
        assertEquals(List.of("3 S 1:1, HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), sent);
    }

    @Test
    void leavesContentOutWhereTheStatusHasNone() {
        get("").reply(Response.of(204).withContent(new byte[9]));
        assertEquals(List.of("3 S 2:12, HTTP/1.1 204 No Content\r\n\r\n"), sent);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"VERSION\":\"HTTP/1.0\"",
                ",\"VERSION\":\"HTTP/1.1\",\"connection\":\"close\"",
                ",\"connection\":\"TE, Close\"",
                ",\"connection\":[\"te\",\"close\"]"
            })
    void closesWhatTheClientWantsClosed(String headers) {
        get(headers).reply(Response.of(200));
        assertEquals(
                List.of("3 S 2:12, HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "3 S 2:12, "),
                sent);
    }

    @Test
    void keepsTheConnectionFieldOfTheResponse() {
        get(",\"connection\":\"close\"").reply(Response.of(200).withField("connection", "Close"));
        assertEquals("3 S 2:12, HTTP/1.1 200 OK\r\nconnection: Close\r\nContent-Length: 0\r\n\r\n", sent.get(0));
    }

    @Test
    void sendsBytesAsTheyAreAndClosesOnlyWhenAsked() {
        Request request = get("");
        assertFalse(request.isAnswered());
        request.reply(Response.none());
        request.send(new byte[0]);
        assertFalse(request.isAnswered());
        request.send("part".getBytes(ISO_8859_1));
        assertTrue(request.isAnswered());
        request.close();
        assertEquals(List.of("3 S 2:12, part", "3 S 2:12, "), sent);
    }

    private Request get(String more) {
        String headers = "{\"METHOD\":\"GET\"" + more + "}";
        return request("S 12 / " + headers.length() + ":" + headers + ",0:,");
    }

    private static RequestMessage message(int id, String headers, String content) {
        String frame =
                "S " + id + " / " + headers.length() + ":" + headers + "," + content.length() + ":" + content + ",";
        return RequestReader.read(frame.getBytes(ISO_8859_1));
    }

    private Request request(String frame) {
        return new Request(RequestReader.read(frame.getBytes(ISO_8859_1)), connection());
    }

    private Connection connection() {
        Outgoing out = (broker, bytes) -> sent.add(broker + " " + new String(bytes, ISO_8859_1));
        Threads threads = new Threads(null, false, 1, Runnable::run);
        Crew crew = new Crew(new Streams(threads.streams()), new Turns(threads), new WorkerListener() {});
        return new Connection(new Way(3, out, crew, () -> {}));
    }
}
