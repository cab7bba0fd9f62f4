package dev.lurcher.broker.http;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.RequestHead;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request, and what the broker tells workers about it beyond what the client says. Immutable as far as the request is.
 *
 * @param extras behind those that the request has
 * @param method the request's own, or by which workers know what it has led to
 */
record ToldRequest(Request request, String method, Fields extras) implements RequestHead {
    /** Adds to what the request itself has. */
    ToldRequest {
        if (request.extras().size() > 0) {
            List<Fields.Field> all = new ArrayList<>();
            request.extras().forEach(all::add);
            extras.forEach(all::add);
            extras = new Fields(all);
        }
    }

    ToldRequest(Request request, Fields extras) {
        this(request, request.method(), extras);
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public @Nullable String version() {
        return request.version();
    }

    @Override
    public @Nullable String uri() {
        return request.uri();
    }

    @Override
    public @Nullable String query() {
        return request.query();
    }

    @Override
    public @Nullable String fragment() {
        return request.fragment();
    }

    @Override
    public String pattern() {
        return request.pattern();
    }

    @Override
    public String scheme() {
        return request.scheme();
    }

    @Override
    public String remoteAddress() {
        return request.remoteAddress();
    }

    @Override
    public int fieldCount() {
        return request.fieldCount();
    }

    @Override
    public CharSequence fieldName(int index) {
        return request.fieldName(index);
    }

    @Override
    public String fieldValue(int index) {
        return request.fieldValue(index);
    }

    @Override
    public @Nullable String forwardedFor() {
        return request.forwardedFor();
    }
}
