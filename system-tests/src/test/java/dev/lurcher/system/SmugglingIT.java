package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lurcher.broker.testing.RawClient;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Malformed and ambiguous requests get their status, their connection ends, and no worker ever sees them or what follows. */
class SmugglingIT {
    private static final String HOST = "Host: localhost\r\n";
    /** What an attacker would smuggle behind each of them. */
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\n" + HOST + "\r\n";

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 [0-9]{3} ");

    @TempDir
    private Path directory;

    private @Nullable BrokerProcess broker;
    private @Nullable PyWorker worker;

    @TestFactory
    Stream<DynamicTest> refusesAndHandsNothingOn() throws Exception {
        OneHandler site = OneHandler.in(directory);
        BrokerProcess started = site.start();
        broker = started;
        PyWorker recorder = site.startWorker();
        worker = recorder;
        return requests().entrySet().stream()
                .map(each -> dynamicTest(each.getKey(), () -> {
                    String status = each.getKey().substring(0, 3);
                    try (RawClient client = new RawClient(started.address())) {
                        client.send(each.getValue() + SMUGGLED);
                        String all = client.untilEnd();
                        assertTrue(all.startsWith("HTTP/1.1 " + status + " "), all);
                        assertEquals(1, STATUS_LINE.matcher(all).results().count(), all);
                    }
                    try (RawClient client = new RawClient(started.address())) {
                        client.get("/after").head();
                    }
                    WorkerMessage next = WorkerMessage.of(recorder.nextMessage());
                    while (next.path().equals("@*")) {
                        next = WorkerMessage.of(recorder.nextMessage());
                    }
                    assertEquals("/after", next.path());
                }));
    }

    @AfterEach
    void stop() throws Exception {
        try (BrokerProcess closingBroker = broker;
                PyWorker closingWorker = worker) {
            // Both.
        }
    }

    /** Status and name to the bytes that come before the smuggled request. */
    private static Map<String, String> requests() {
        Map<String, String> all = new LinkedHashMap<>();
        framing(all);
        lines(all);
        hosts(all);
        limits(all);
        return all;
    }

    private static void framing(Map<String, String> all) {
        all.put("400 length and chunked", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
        all.put("400 chunked and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"));
        all.put("400 two lengths", post("Content-Length: 0\r\nContent-Length: 5\r\n", ""));
        all.put("400 two equal lengths", post("Content-Length: 0\r\nContent-Length: 0\r\n", ""));
        all.put("400 a list of lengths", post("Content-Length: 0, 0\r\n", ""));
        all.put("400 a length with a sign", post("Content-Length: +0\r\n", ""));
        all.put("400 a negative length", post("Content-Length: -1\r\n", ""));
        all.put("400 a hexadecimal length", post("Content-Length: 0x0\r\n", ""));
        all.put("400 a length past 2^63", post("Content-Length: 9223372036854775808\r\n", ""));
        all.put("400 an empty length", post("Content-Length:\r\n", ""));
        all.put("400 a length with a blank inside", post("Content-Length: 0 0\r\n", ""));
        all.put("400 chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"));
        all.put(
                "400 two fields of codings",
                post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"));
        all.put("400 chunked not last", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"));
        all.put("501 an unknown coding", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"));
        all.put("400 a coding with control octets", post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"));
        all.put("400 chunked in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"));
        all.put(
                "400 chunked over HTTP/1.0",
                "POST / HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        all.put("400 a chunk size with a sign", chunked("+0\r\n\r\n"));
        all.put("400 a chunk size with a prefix", chunked("0x0\r\n\r\n"));
        all.put("400 an empty chunk size", chunked("\r\n\r\n"));
        all.put("400 a chunk size with a blank before it", chunked(" 0\r\n\r\n"));
        all.put("400 a chunk line that ends with LF", chunked("3\nabc\r\n0\r\n\r\n"));
        all.put("400 a chunk longer than its size", chunked("2\r\nabc\r\n0\r\n\r\n"));
        all.put("400 a chunk that ends with LF", chunked("3\r\nabc\n0\r\n\r\n"));
        all.put("400 a huge chunk size", chunked("fffffffffffffffff\r\n"));
        all.put("400 LF inside a chunk extension", chunked("0;a\nb\r\n\r\n"));
        all.put("400 a folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"));
    }

    private static void lines(Map<String, String> all) {
        all.put("400 bare LF", "GET / HTTP/1.1\nHost: localhost\n\n");
        all.put("400 bare CR in a value", get("X: a\rGET /smuggled HTTP/1.1\r\n"));
        all.put("400 bare CR in the request line", "GET /\rHTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 NUL in a value", get("X: a\u0000b\r\n"));
        all.put("400 a folded line", get("X: a\r\n b\r\n"));
        all.put("400 a folded length", post("Content-Length:\r\n 0\r\n", ""));
        all.put("400 a blank before the first field", "GET / HTTP/1.1\r\n X: a\r\n" + HOST + "\r\n");
        all.put("400 a blank before a colon", post("Content-Length : 0\r\n", ""));
        all.put("400 a tab before a colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n"));
        all.put("400 a control octet before a colon", post("Transfer-Encoding\u000b: chunked\r\n", "0\r\n\r\n"));
        all.put("400 no name", get(": a\r\n"));
        all.put("400 no colon", get("Content-Length 0\r\n"));
        all.put("400 two blanks in the request line", "GET  / HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 a blank in the target", "GET /a b HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 a tab in the request line", "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 no version", "GET /\r\n" + HOST + "\r\n");
        all.put("400 a version in lower case", "GET / http/1.1\r\n" + HOST + "\r\n");
        all.put("400 a version with a blank after it", "GET / HTTP/1.1 \r\n" + HOST + "\r\n");
        all.put("505 HTTP/1.9", "GET / HTTP/1.9\r\n" + HOST + "\r\n");
        all.put("505 the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        all.put("400 an octet from 0x80 in the target", "GET /\u00e9 HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 NUL in the target", "GET /\u0000 HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("400 control octets before the method", "\u0001\u0002GET / HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("405 CONNECT", "CONNECT localhost:443 HTTP/1.1\r\n" + HOST + "\r\n");
    }

    private static void hosts(Map<String, String> all) {
        all.put("400 no Host", "GET / HTTP/1.1\r\n\r\n");
        all.put("400 two Hosts", get(HOST));
        all.put("400 an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n");
        all.put("400 a list of Hosts", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n");
        all.put("400 a Host with a user", "GET / HTTP/1.1\r\nHost: user@localhost\r\n\r\n");
        all.put("400 a Host with a path", "GET / HTTP/1.1\r\nHost: localhost/x\r\n\r\n");
        all.put("400 a Host with a bad port", "GET / HTTP/1.1\r\nHost: localhost:8x\r\n\r\n");
        all.put("400 * for GET", "GET * HTTP/1.1\r\n" + HOST + "\r\n");
    }

    private static void limits(Map<String, String> all) {
        all.put("414 a long target", "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n");
        all.put("431 a long field", get("X: " + "a".repeat(40_000) + "\r\n"));
        all.put("431 many fields", get("X: a\r\n".repeat(101)));
        all.put("413 much content", post("Content-Length: 1000000\r\n", ""));
        all.put("413 much chunked content", chunked("10001\r\n" + "c".repeat(0x10001) + "\r\n0\r\n\r\n"));
        all.put("417 an unknown expectation", post("Content-Length: 5\r\nExpect: wonders\r\n", "hello"));
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    private static String post(String fields, String content) {
        return "POST / HTTP/1.1\r\n" + HOST + fields + "\r\n" + content;
    }

    private static String chunked(String content) {
        return post("Transfer-Encoding: chunked\r\n", content);
    }
}
