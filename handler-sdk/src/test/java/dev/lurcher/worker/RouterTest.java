package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.protocol.Fields.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {
    private final Captured captured = new Captured();
    private final Router router = new Router()
            .get("/", request -> Response.text("root"))
            .get("/users/{id}", request -> Response.text("user " + request.path("id")))
            .get("/users/me", request -> Response.text("me"))
            .delete("/users/{id}", request -> Response.text("deleted " + request.path("id")))
            .post("/users", request -> Response.text("created").withStatus(201))
            .get("/users/{id}/posts/{post}", r -> Response.text(r.path("id") + "'s " + r.path("post")))
            .get("/files/{name...}", request -> Response.text("file " + request.path("name")))
            .get("/files/list", request -> Response.text("list"));

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200 root",
        "GET, /users/7, 200 user 7",
        "GET, /users/a%2Fb%20c, 200 user a/b c",
        "GET, /users/me, 200 me",
        "DELETE, /users/me, 200 deleted me",
        "POST, /users, 201 created",
        "GET, /users/7/posts/x, 200 7's x",
        "GET, /files/a/b%20c/d, 200 file a/b c/d",
        "GET, /files/list, 200 list",
        "GET, /files/list/more, 200 file list/more",
        "HEAD, /users/7, 200 user 7",
    })
    void leadsByMethodAndPath(String method, String path, String expected) throws Exception {
        assertEquals(expected, line(router.respond(captured.request(method, path))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/user", "/users/", "/users/7/", "/users/7/posts", "/files", "//users/7", "users/7", "*"})
    void knowsWhatHasNoRoute(String path) throws Exception {
        assertEquals(404, router.respond(captured.request("GET", path)).status());
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /users/7, 405, 'DELETE, GET, HEAD, OPTIONS'",
        "GET, /users, 405, 'OPTIONS, POST'",
        "OPTIONS, /users, 204, 'OPTIONS, POST'",
        "OPTIONS, /users/me, 204, 'DELETE, GET, HEAD, OPTIONS'",
        "HEAD, /users, 405, 'OPTIONS, POST'",
    })
    void saysWhichMethodsThereAre(String method, String path, int status, String allow) throws Exception {
        Response response = router.respond(captured.request(method, path));
        assertEquals(status, response.status());
        assertEquals(allow, field(response, "Allow"));
    }

    @Test
    void leadsWebSocketsAndSaysWhereOneIsWanted() throws Exception {
        Router sockets =
                new Router().webSocket("/chat", new WebSocketListener() {}).post("/both", r -> Response.of(204));
        sockets.webSocket("/both", new WebSocketListener() {});
        assertEquals(
                0,
                sockets.respond(captured.request("WEBSOCKET_HANDSHAKE", "/chat"))
                        .status());
        assertEquals(
                404,
                sockets.respond(captured.request("WEBSOCKET_HANDSHAKE", "/other"))
                        .status());
        assertEquals(426, sockets.respond(captured.request("GET", "/chat")).status());
        assertEquals("OPTIONS, POST", field(sockets.respond(captured.request("GET", "/both")), "Allow"));
    }

    @Test
    void leadsMessagesOfMessageSockets() throws Exception {
        Router messages = new Router()
                .message("@chat", r -> Response.text("said"))
                .filter((request, next) -> {
                    throw new AssertionError("messages have no answers to filter");
                });
        assertEquals(200, messages.respond(captured.request("JSON", "@chat")).status());
        assertEquals(0, messages.respond(captured.request("JSON", "@other")).status());
    }

    @Test
    void filtersWhatComesAndGoes() throws Exception {
        List<String> order = new ArrayList<>();
        router.filter((request, next) -> {
                    order.add("first");
                    Response response = next.respond(request);
                    order.add("status " + response.status());
                    return response.withField("X-Filter", "yes");
                })
                .filter((request, next) -> {
                    order.add("second");
                    return request.path().equals("/secret") ? Response.error(401, "No") : next.respond(request);
                })
                .get("/thrown", request -> {
                    throw Response.error(409, "Taken").exception();
                });
        assertEquals("yes", field(router.respond(captured.request("GET", "/users/1")), "X-Filter"));
        assertEquals(401, router.respond(captured.request("GET", "/secret")).status());
        assertEquals(404, router.respond(captured.request("GET", "/none")).status());
        assertEquals(409, router.respond(captured.request("GET", "/thrown")).status());
        assertEquals(
                List.of(
                        "first",
                        "second",
                        "status 200",
                        "first",
                        "second",
                        "status 401",
                        "first",
                        "second",
                        "status 404",
                        "first",
                        "second",
                        "status 409"),
                order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"users", "", "/a/{", "/a/{}", "/a/{b}c", "/a/{b...}/c", "/a/{...}", "/users/{other}"})
    void refusesPathsThatAreNone(String path) {
        assertThrows(IllegalArgumentException.class, () -> router.get(path, request -> Response.none()));
    }

    private static String line(Response response) {
        return response.status() + " " + new String(response.content(), UTF_8);
    }

    private static String field(Response response, String name) {
        return response.fields().stream()
                .filter(field -> field.name().equals(name))
                .map(Field::value)
                .findFirst()
                .orElse("none");
    }
}
