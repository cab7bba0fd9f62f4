package dev.lurcher.protocol.testing;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.RequestHead;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request head made of values. Every other field name is no String: the writer takes any CharSequence.
 *
 * @param variables by the names that workers see: PATH, METHOD, VERSION, URI, QUERY, FRAGMENT, PATTERN, URL_SCHEME, REMOTE_ADDR
 */
public record Head(
        Map<String, String> variables,
        List<Field> fields,
        @Nullable String forwardedFor,
        Fields extras) implements RequestHead {
    private static final Set<String> USUAL =
            Set.of("PATH", "METHOD", "VERSION", "URI", "QUERY", "FRAGMENT", "PATTERN", "URL_SCHEME", "REMOTE_ADDR");

    /** @param variables those that not every request has are extras */
    public Head(Map<String, String> variables, List<Field> fields, @Nullable String forwardedFor) {
        this(variables, fields, forwardedFor, extras(variables));
    }

    private static Fields extras(Map<String, String> variables) {
        return new Fields(variables.entrySet().stream()
                .filter(variable -> !USUAL.contains(variable.getKey()))
                .map(variable -> new Field(variable.getKey(), variable.getValue()))
                .toList());
    }

    @Override
    public String method() {
        return variables.getOrDefault("METHOD", "GET");
    }

    @Override
    public String path() {
        return variables.getOrDefault("PATH", "/");
    }

    @Override
    public @Nullable String version() {
        return variables.getOrDefault("VERSION", isHttp() ? "HTTP/1.1" : null);
    }

    @Override
    public @Nullable String uri() {
        return variables.getOrDefault("URI", isHttp() ? "/" : null);
    }

    @Override
    public @Nullable String query() {
        return variables.get("QUERY");
    }

    @Override
    public @Nullable String fragment() {
        return variables.get("FRAGMENT");
    }

    @Override
    public String pattern() {
        return variables.getOrDefault("PATTERN", "/");
    }

    @Override
    public String scheme() {
        return variables.getOrDefault("URL_SCHEME", "http");
    }

    @Override
    public String remoteAddress() {
        return variables.getOrDefault("REMOTE_ADDR", "127.0.0.1");
    }

    @Override
    public int fieldCount() {
        return fields.size();
    }

    @Override
    public CharSequence fieldName(int index) {
        String name = fields.get(index).name();
        return index % 2 == 0 ? name : CharBuffer.wrap(name);
    }

    @Override
    public String fieldValue(int index) {
        return fields.get(index).value();
    }

    private boolean isHttp() {
        return !method().equals("JSON") && !method().equals("XML");
    }
}
