package dev.lurcher.system;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests of {@link MongrelDifferenceIT}. Whatever is not said to differ must be equal; whatever is said to differ must
 * differ in just that way. Each reason is the first cell of a row of docs/mongrel2.md.
 */
final class DifferenceCases {
    private static final String CLOSING = "`Connection: close` and HTTP/1.0 are left to the worker";
    private static final String ABSOLUTE = "an absolute request target (`GET http://host/path`) is not taken apart";
    private static final String JSON =
            "JSON headers are invalid JSON when a field value has control bytes or bytes from 0x80";
    private static final String FORGED =
            "a client can forge `x-mongrel2-upload-start`, `x-mongrel2-upload-done` and `UPLOAD_*`";
    private static final String FIVE = "at most 5 values of a repeated field";
    private static final String BLANKS = "blanks after a field value belong to it";
    private static final String CONTROL = "control bytes in field values pass, but for NUL, DEL, CR and LF";
    private static final String LENIENT = "lenient `Content-Length`; `Transfer-Encoding` beside it; `chunked` misspelt;"
            + " folded lines; bare CR or LF; control bytes in names";
    private static final String CHUNKED = "chunked content always becomes a file upload";
    private static final String LENGTH = "`limits.content_length` is 20480 unless set";
    private static final String METHOD = "a method is 1 to 20 of A-Z and 0-9; any of them is handed on";
    private static final String TARGET = "a target that is no path and no URI finds no route: 404";
    private static final String NO_HOST = "HTTP/1.1 without `Host` goes to the default host";
    private static final String VERSION = "an HTTP version other than 1.0 and 1.1 is answered with 400";
    private static final String HEADER = "a header block of at most 4096 bytes, arriving in at most 3 pieces";
    private static final String NO_ROUTE = "a 404 closes the connection";
    private static final String HOST = "hosts are compared with case; `[::1]` cannot be used";

    private DifferenceCases() {}

    /** What is asked of servers without settings. */
    static List<DifferenceCase> plain() {
        List<DifferenceCase> cases = new ArrayList<>();
        cases.addAll(methods());
        cases.addAll(targets());
        cases.addAll(fields());
        cases.addAll(content());
        cases.addAll(versions());
        cases.addAll(hosts());
        cases.addAll(routes());
        return cases;
    }

    /** What is asked where {@code no_clobber_xff=1}, {@code request.relaxed=1} and {@code limits.content_length=100}. */
    static List<DifferenceCase> withSettings() {
        return List.of(
                get("no x-forwarded-for", "/"),
                get("x-forwarded-for from a client", "/", "X-Forwarded-For: 10.1.2.3"),
                get("x-forwarded-for twice", "/", "X-Forwarded-For: 10.1.2.3", "X-Forwarded-For: 10.1.2.4"),
                get("braces and a caret in path, query and fragment", "/{a}^?{b}^#{c}^"),
                get("a bar in a path", "/a|b"),
                post("content of the most that is allowed", "c".repeat(100)),
                post("content of more than is allowed", "c".repeat(101)));
    }

    private static List<DifferenceCase> methods() {
        return List.of(
                get("a GET without more", "/"),
                of("HEAD", "HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of("OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of("DELETE", "DELETE /a HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of("PUT with content", "PUT /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nput"),
                of("PATCH with content", "PATCH /a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"),
                of("a method of WebDAV", "PROPFIND /a HTTP/1.1\r\nHost: localhost\r\nDepth: 1\r\n\r\n"),
                of("a method that nobody knows", "BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of("a method with a digit", "X2 / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of("OPTIONS of the server", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .differs("then", "closed", "open", NO_ROUTE),
                of("a method in lower case", "get / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .takenOnly("400", METHOD),
                of("a method with a dash", "M-SEARCH / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                        .takenOnly("400", METHOD),
                of("TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n").refusedOnly("405", METHOD),
                of("CONNECT", "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n")
                        .differs("status", "404", "405", METHOD));
    }

    private static List<DifferenceCase> targets() {
        return List.of(
                get("a query", "/a?x=1&y=%20z"),
                get("an empty query", "/a?"),
                get("a query with question marks and slashes", "/a?b?c=/d/?"),
                get("a query and a fragment", "/a?x=1#fr"),
                get("a fragment", "/a#fr"),
                get("an empty fragment", "/a#"),
                get("percent encodings, kept as they are", "/a%20b/%C3%A9/%2F/%00/%zz".replace("/%zz", "")),
                get("every octet that a path may have", "/az-AZ.09_~!$&'()*+,;=:@"),
                get("empty segments", "//a///b//"),
                get("dot segments", "/a/../b/./c/.."),
                get("a path of 2000 octets", "/" + "p".repeat(1999)),
                get("a query of 2000 octets", "/q?" + "q".repeat(2000)),
                get("braces in a path", "/{a}"),
                get("a quote in a path", "/a\"b"),
                get("an angle bracket in a query", "/a?b<c"),
                get("a backslash in a path", "/a\\b"),
                get("an octet from 0x80 in a path", "/caf\u00e9"),
                get("a broken percent encoding", "/a%2"),
                get("two fragments", "/a#b#c"),
                get("a target without a slash", "a/b").differs("status", "404", "400", TARGET),
                get("nothing but a query", "?x").differs("status", "404", "400", TARGET),
                get("the absolute form", "http://localhost/abs?x=1")
                        .differs("word 3", "//localhost/abs", "/abs", ABSOLUTE)
                        .differs("PATH", "//localhost/abs", "/abs", ABSOLUTE)
                        .differs("URI", "//localhost/abs?x=1", "/abs?x=1", ABSOLUTE));
    }

    private static List<DifferenceCase> fields() {
        return List.of(
                get("many fields", "/", "Accept: */*", "User-Agent: test/1", "Cookie: a=b; c=d", "Accept-Language: de"),
                get("names in any case", "/", "X-UPPER: 1", "x-lower: 2", "X-MiXeD: 3"),
                get("all octets of a name", "/", "!#$%&'*+-.^_`|~09azAZ: x"),
                get("a name like the server's own", "/", "METHOD: FORGED", "Path: /forged", "REMOTE_ADDR: 10.0.0.1"),
                get("a repeated field", "/", "X: a", "Y: between", "x: b"),
                get("a field five times", "/", "X: 1", "X: 2", "X: 3", "X: 4", "X: 5"),
                get("a field six times", "/", "X: 1", "X: 2", "X: 3", "X: 4", "X: 5", "X: 6")
                        .differs("x", "[1, 2, 3, 4, 5]", "[1, 2, 3, 4, 5, 6]", FIVE),
                get("a repeated field with an empty value", "/", "X: ", "X: b"),
                get("quotes and backslashes", "/", "X: a\"b\\c\\\"d\\\\", "If-Match: \"etag\""),
                get("quotes and backslashes, repeated", "/", "X: \"", "X: \\"),
                get("an empty value", "/", "X:"),
                get("blanks before a value", "/", "X: \t  v"),
                get("blanks inside a value", "/", "X: a  b"),
                get("a value with braces, colons and commas", "/", "X: {\"a\":[1,2]},3:abc,0:}"),
                get("a value of 3000 octets", "/", "X: " + "v".repeat(3000)),
                get("a tab inside a value", "/", "X: a\tb").differsInJson("form", "invalid json", "json", JSON),
                get("octets from 0x80", "/", "X: \u00e9\u00ff").differsInJson("form", "invalid json", "json", JSON),
                get("UTF-8 in a value", "/", "X: caf\u00c3\u00a9")
                        .differsInJson("x", "caf\u00e9", "caf\u00c3\u00a9", JSON),
                get(
                                "a forged upload",
                                "/",
                                "X-Mongrel2-Upload-Start: /etc/passwd",
                                "X-Mongrel2-Upload-Done: /etc/passwd")
                        .differs("x-mongrel2-upload-start", "/etc/passwd", "absent", FORGED)
                        .differs("x-mongrel2-upload-done", "/etc/passwd", "absent", FORGED),
                get("x-forwarded-for from a client", "/", "X-Forwarded-For: 10.1.2.3"),
                get("x-forwarded-for twice", "/", "X-Forwarded-For: 10.1.2.3", "X-Forwarded-For: 10.1.2.4"),
                get("a control octet in a value", "/", "X: a\u0001b").refusedOnly("400", CONTROL),
                get("DEL in a value", "/", "X: a\u007fb"),
                get("a blank before the colon", "/", "X : a"),
                get("a folded line", "/", "X: a", " b"),
                get("blanks after a value", "/", "X: v  ").differs("x", "v  ", "v", BLANKS));
    }

    private static List<DifferenceCase> content() {
        StringBuilder octets = new StringBuilder();
        for (char octet = 0; octet < 256; octet++) {
            octets.append(octet);
        }
        return List.of(
                post("content", "hello"),
                post("content with NUL and commas", "he\u0000lo,}"),
                post("content of every octet", octets.toString()),
                post("content like a header block", "\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
                post("20480 octets of content", "c".repeat(20480)),
                post("20481 octets of content", "c".repeat(20481)).takenOnly("413", LENGTH),
                post("no content, and said so", ""),
                of("GET with content", "GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"),
                of("POST without a length", "POST / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                of(
                                "chunked content",
                                "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                        .takenOnly("413", CHUNKED),
                get("an expectation that nobody knows", "/", "Expect: wonders"),
                of("a length with a sign", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +3\r\n\r\nabc")
                        .refusedOnly("400", LENIENT),
                of(
                                "two lengths",
                                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 0\r\n\r\nabc")
                        .refusedOnly("400", LENIENT),
                of("bare LF", "GET / HTTP/1.1\nHost: localhost\n\n").refusedOnly("400", LENIENT));
    }

    private static List<DifferenceCase> versions() {
        return List.of(
                get("Connection: close", "/", "Connection: close").differs("then", "open", "closed", CLOSING),
                get("Connection: keep-alive", "/", "Connection: keep-alive"),
                of("HTTP/1.0 with Host", "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
                        .differs("then", "open", "closed", CLOSING),
                of("HTTP/1.0 without Host", "GET /users HTTP/1.0\r\n\r\n").differs("then", "open", "closed", CLOSING),
                of("HTTP/1.0 with keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .differs("then", "open", "closed", CLOSING),
                of("HTTP/1.1 without Host", "GET / HTTP/1.1\r\n\r\n").refusedOnly("400", NO_HOST),
                of("HTTP/1.2", "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n").differs("status", "400", "505", VERSION),
                of("HTTP/2.0", "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n").differs("status", "400", "505", VERSION),
                of("no version", "GET /\r\nHost: localhost\r\n\r\n"),
                get("5000 octets of fields", "/", "X: " + "v".repeat(2500), "Y: " + "w".repeat(2500))
                        .takenOnly("400", HEADER));
    }

    private static List<DifferenceCase> hosts() {
        return List.of(
                host("a host", "example.com", "/images/a"),
                host("a host with a port", "example.com:8080", "/images/a"),
                host("a host within another", "a.example.com", "/images/a"),
                host("a host that ends like another", "notexample.com", "/images/a"),
                host("a host that is shorter than another", "com", "/images/a"),
                host("a host that nobody has", "example.org", "/images/a"),
                host("a host with a pattern", "XXXfoo", "/a"),
                host("a host whose pattern fails", "YYYfoo", "/a"),
                host("a host in capitals", "EXAMPLE.COM", "/images/a").differs("PATTERN", "/", "/images/", HOST),
                host("an IPv6 host", "[::1]:80", "/six").differs("PATTERN", "/", "/six", HOST));
    }

    private static List<DifferenceCase> routes() {
        return List.of(
                get("a route with a pattern", "/users/1234"),
                get("a pattern that matches a prefix", "/users/1234/testing"),
                get("a pattern to the end", "/users/people/1234"),
                get("a pattern that fails at the end", "/users/people/1234/notgonnawork")
                        .differs("then", "closed", "open", NO_ROUTE),
                get("a pattern with nothing to match", "/users/").differs("then", "closed", "open", NO_ROUTE),
                get("a route", "/users"),
                get("a path that goes on after a route", "/usersBLAAHAHAH"),
                get("a path shorter than a route", "/us"),
                get("a path shorter than a route with a pattern", "/users/p")
                        .differs("then", "closed", "open", NO_ROUTE),
                get("one of two patterns of a prefix", "/img/foo.jpg"),
                get("the other of two patterns", "/img/foo.png"),
                get("neither of two patterns", "/img/foo.bmp").differs("then", "closed", "open", NO_ROUTE),
                get("an exact route", "/exact"),
                get("an exact route and more", "/exactly").differs("then", "closed", "open", NO_ROUTE),
                get("a pattern with a class and a shortest run", "/cars-fast/cadillac"),
                host("the first of several routes for a shorter path", "example.com", "/"),
                host("a path beside all routes", "example.com", "/usex").differs("then", "closed", "open", NO_ROUTE),
                host("the beginning of a route", "example.com", "/im"));
    }

    static DifferenceCase of(String name, String request) {
        return DifferenceCase.of(name, request);
    }

    static DifferenceCase get(String name, String target, String... fields) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        return of(name, request + "\r\n");
    }

    private static DifferenceCase post(String name, String content) {
        return of(
                name,
                "POST /form HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);
    }

    private static DifferenceCase host(String name, String host, String path) {
        return of(name, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    }
}
