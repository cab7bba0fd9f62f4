package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request that a test makes up. Immutable. */
public final class TestRequest {
    private final String method;
    private final String uri;
    private final Map<String, List<String>> fields;
    private final byte[] content;

    private TestRequest(String method, String uri, Map<String, List<String>> fields, byte[] content) {
        this.method = method;
        this.uri = uri;
        this.fields = fields;
        this.content = content;
    }

    /**
     * A request without content.
     *
     * @param method as the broker would say it
     * @param uri path and query, encoded
     */
    public static TestRequest of(String method, String uri) {
        return new TestRequest(method, uri, Map.of(), new byte[0]);
    }

    /** The same with one more field line. */
    public TestRequest withField(String name, String value) {
        Map<String, List<String>> more = new LinkedHashMap<>(fields);
        List<String> values = new ArrayList<>(more.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        values.add(value);
        more.put(name.toLowerCase(Locale.ROOT), values);
        return new TestRequest(method, uri, more, content);
    }

    /** The same with content; the array is not copied. */
    public TestRequest withContent(String contentType, byte[] content) {
        return new TestRequest(method, uri, fields, content)
                .withField("content-type", contentType)
                .withField("content-length", Integer.toString(content.length));
    }

    /** The same with a form. */
    public TestRequest withForm(String urlEncoded) {
        return withContent("application/x-www-form-urlencoded", urlEncoded.getBytes(UTF_8));
    }

    /** The same with JSON. */
    public TestRequest withJson(String json) {
        return withContent("application/json", json.getBytes(UTF_8));
    }

    String path() {
        int mark = uri.indexOf('?');
        return mark < 0 ? uri : uri.substring(0, mark);
    }

    /** As a broker would send it: the grammar is that of docs/protocol.md. */
    byte[] message(String sender, long connectionId, Map<String, String> variables) {
        StringBuilder headers = new StringBuilder("{");
        put(headers, "PATH", path());
        fields.forEach((name, values) -> put(headers, name, values));
        put(headers, "METHOD", method);
        put(headers, "VERSION", "HTTP/1.1");
        put(headers, "URI", uri);
        if (uri.indexOf('?') >= 0) {
            put(headers, "QUERY", uri.substring(uri.indexOf('?') + 1));
        }
        put(headers, "PATTERN", "/");
        put(headers, "URL_SCHEME", "http");
        put(headers, "REMOTE_ADDR", "127.0.0.1");
        variables.forEach((name, value) -> put(headers, name, value));
        byte[] head = headers.append('}').toString().getBytes(UTF_8);
        byte[] before = (sender + " " + connectionId + " " + path() + " " + head.length + ":").getBytes(ISO_8859_1);
        byte[] between = ("," + content.length + ":").getBytes(ISO_8859_1);
        byte[] message = new byte[before.length + head.length + between.length + content.length + 1];
        int at = 0;
        for (byte[] part : List.of(before, head, between, content, new byte[] {','})) {
            System.arraycopy(part, 0, message, at, part.length);
            at += part.length;
        }
        return message;
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    TestRequest as(String method, byte[] content) {
        return new TestRequest(method, uri, fields, content);
    }

    private static void put(StringBuilder headers, String name, String value) {
        put(headers, name, List.of(value));
    }

    private static void put(StringBuilder headers, String name, List<String> values) {
        headers.append(headers.length() > 1 ? "," : "").append(quoted(name)).append(':');
        headers.append(values.size() > 1 ? "[" : "");
        for (int i = 0; i < values.size(); i++) {
            headers.append(i > 0 ? "," : "").append(quoted(values.get(i)));
        }
        headers.append(values.size() > 1 ? "]" : "");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
