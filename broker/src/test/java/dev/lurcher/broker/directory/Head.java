package dev.lurcher.broker.directory;

import dev.lurcher.protocol.RequestHead;
import org.jspecify.annotations.Nullable;

/** A head of which only method and fields count. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Head(String method, String... fields) implements RequestHead {
    @Override
    public String path() {
        return "/a.txt";
    }

    @Override
    public String version() {
        return "HTTP/1.1";
    }

    @Override
    public String uri() {
        return path();
    }

    @Override
    public @Nullable String query() {
        return null;
    }

    @Override
    public @Nullable String fragment() {
        return null;
    }

    @Override
    public String pattern() {
        return "/";
    }

    @Override
    public String scheme() {
        return "http";
    }

    @Override
    public String remoteAddress() {
        return "127.0.0.1";
    }

    @Override
    public int fieldCount() {
        return fields.length;
    }

    @Override
    public CharSequence fieldName(int index) {
        return fields[index].substring(0, fields[index].indexOf(':'));
    }

    @Override
    public String fieldValue(int index) {
        return fields[index].substring(fields[index].indexOf(':') + 1).strip();
    }

    @Override
    public @Nullable String forwardedFor() {
        return null;
    }
}
