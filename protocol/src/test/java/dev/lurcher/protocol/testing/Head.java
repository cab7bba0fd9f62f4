package dev.lurcher.protocol.testing;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.RequestHead;
import java.nio.CharBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request head made of values. Every other field name is no String: the writer takes any CharSequence.
 *
 * @param variables by the names that workers see: PATH, METHOD, VERSION, URI, QUERY, FRAGMENT, PATTERN, URL_SCHEME, REMOTE_ADDR
 */
public record Head(
        Map<String, String> variables,
        List<Field> fields,
        @Nullable String forwardedFor) implements RequestHead {
    @Override
    public String method() {
        return variables.getOrDefault("METHOD", "GET");
    }

    @Override
    public String path() {
        return variables.getOrDefault("PATH", "/");
    }

    @Override
    public String version() {
        return variables.getOrDefault("VERSION", "HTTP/1.1");
    }

    @Override
    public String uri() {
        return variables.getOrDefault("URI", "/");
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
}
