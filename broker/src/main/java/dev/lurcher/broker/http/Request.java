package dev.lurcher.broker.http;

import dev.lurcher.protocol.RequestHead;
import org.jspecify.annotations.Nullable;

/** The checked head of one request. */
final class Request implements RequestHead {
    /** {@link #contentLength()} of a request whose content is chunked. */
    static final long CHUNKED = -1;

    @Override
    public String method() {
        return "";
    }

    @Override
    public String path() {
        return "";
    }

    @Override
    public String version() {
        return "";
    }

    @Override
    public String uri() {
        return "";
    }

    @Override
    public @Nullable String query() {
        return "";
    }

    @Override
    public @Nullable String fragment() {
        return "";
    }

    @Override
    public int fieldCount() {
        return 0;
    }

    @Override
    public CharSequence fieldName(int index) {
        return "";
    }

    @Override
    public String fieldValue(int index) {
        return "";
    }

    @Override
    public String pattern() {
        return "";
    }

    @Override
    public String scheme() {
        return "";
    }

    @Override
    public String remoteAddress() {
        return "";
    }

    @Override
    public @Nullable String forwardedFor() {
        return "";
    }

    /** Says where the request came from, and what its {@code x-forwarded-for} becomes (null: the client's stays). */
    void from(String scheme, String remoteAddress, @Nullable String forwardedFor) {}

    /** Says which route it takes. */
    void routed(String pattern) {}

    /** The host to route by: lower case, without port, {@code [::1]} with its brackets; null for HTTP/1.0 without Host. */
    @Nullable
    String host() {
        return "";
    }

    /**
     * The first value of a field, or null.
     *
     * @param name in lower case
     */
    @Nullable
    String field(String name) {
        return "";
    }

    /** Bytes of content announced, 0 where there is none, or {@link #CHUNKED}. */
    long contentLength() {
        return 0;
    }

    /** Whether the client wants to send more requests on this connection. HTTP/1.0 never does, as with Mongrel2. */
    boolean keepAlive() {
        return false;
    }

    /** Whether the client waits for {@code 100 Continue} before it sends its content. */
    boolean expectsContinue() {
        return false;
    }

    boolean isHead() {
        return false;
    }
}
