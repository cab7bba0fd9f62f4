package dev.lurcher.broker.http;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.RequestHead;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The checked head of one request. Made by {@link RequestValidator}; the connection adds where it came from and which route
 * it takes. Fields stand as the client sent them, white space around values cut off; only the value of Host is that of the
 * target's authority where the target was in absolute form.
 */
final class Request implements RequestHead {
    /** {@link #contentLength()} of a request whose content is chunked. */
    static final long CHUNKED = -1;

    private final String method;
    private final String version;
    private final String path;
    private final String uri;
    private final @Nullable String query;
    private final @Nullable String fragment;
    private final @Nullable String host;
    private final FieldList fields;
    private final long contentLength;
    private final boolean expectsContinue;

    private String scheme = "";
    private String remoteAddress = "";
    private String pattern = "";
    private @Nullable String forwardedFor;
    private Fields extras = Fields.NONE;

    Request(
            DecodedHead head,
            RequestTarget target,
            @Nullable String host,
            long contentLength,
            boolean expectsContinue) {
        method = head.method();
        version = head.protocolVersion().text();
        path = target.path();
        uri = target.uri();
        query = target.query();
        fragment = target.fragment();
        fields = head.fields();
        this.host = host;
        this.contentLength = contentLength;
        this.expectsContinue = expectsContinue;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public String uri() {
        return uri;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String fragment() {
        return fragment;
    }

    @Override
    public int fieldCount() {
        return fields.size();
    }

    @Override
    public CharSequence fieldName(int index) {
        return fields.name(index);
    }

    @Override
    public String fieldValue(int index) {
        return fields.value(index);
    }

    @Override
    public String pattern() {
        return pattern;
    }

    @Override
    public String scheme() {
        return scheme;
    }

    @Override
    public String remoteAddress() {
        return remoteAddress;
    }

    @Override
    public @Nullable String forwardedFor() {
        return forwardedFor;
    }

    /** Says where the request came from, and what its {@code x-forwarded-for} becomes (null: the client's stays). */
    void from(String scheme, String remoteAddress, @Nullable String forwardedFor) {
        this.scheme = scheme;
        this.remoteAddress = remoteAddress;
        this.forwardedFor = forwardedFor;
    }

    /** Says what workers get beyond what the client says. */
    void told(Fields ofBroker) {
        extras = ofBroker;
    }

    @Override
    public Fields extras() {
        return extras;
    }

    /** Says which route it takes. */
    void routed(String pattern) {
        this.pattern = pattern;
    }

    /** The host to route by: lower case, without port, {@code [::1]} with its brackets; null for HTTP/1.0 without Host. */
    @Nullable
    String host() {
        return host;
    }

    /**
     * The first value of a field, or null.
     *
     * @param name in any case
     */
    @Nullable
    String field(CharSequence name) {
        return fields.first(name);
    }

    /** All values of a field, in order. */
    List<String> fields(CharSequence name) {
        List<String> values = List.of();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).contentEqualsIgnoreCase(name)) {
                values = values.isEmpty() ? new ArrayList<>(1) : values;
                values.add(fields.value(i));
            }
        }
        return values;
    }

    /** Puts a field in place of all of its name. */
    void replace(AsciiString name, String value) {
        remove(name);
        fields.add(name, value);
    }

    /** Takes out every field of a name, which is none that the framing depends on. */
    void remove(CharSequence name) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            if (fields.name(i).contentEqualsIgnoreCase(name)) {
                fields.remove(i);
            }
        }
    }

    /** Bytes of content announced, 0 where there is none, or {@link #CHUNKED}. */
    long contentLength() {
        return contentLength;
    }

    /** Whether the client wants to send more requests on this connection. HTTP/1.0 never does, as with Mongrel2. */
    boolean keepAlive() {
        return version.equals(HttpVersion.HTTP_1_1.text()) && !saysClose();
    }

    /** Whether the client waits for {@code 100 Continue} before it sends its content. */
    boolean expectsContinue() {
        return expectsContinue;
    }

    /** Whether it may be sent twice: its method is idempotent (RFC 9110, 9.2.2), or it has a field {@code Idempotency-Key}. */
    boolean isRepeatable() {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE" -> true;
            default -> field("idempotency-key") != null;
        };
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    private boolean saysClose() {
        if (fields.connections() == 0) {
            return false;
        }
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).equals(KnownFields.CONNECTION) && hasClose(fields.value(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code close} is an element of a list. */
    private static boolean hasClose(String list) {
        int from = 0;
        while (from <= list.length()) {
            int comma = list.indexOf(',', from);
            int end = comma < 0 ? list.length() : comma;
            int start = from;
            while (start < end && isBlank(list.charAt(start))) {
                start++;
            }
            while (end > start && isBlank(list.charAt(end - 1))) {
                end--;
            }
            if (end - start == 5 && list.regionMatches(true, start, "close", 0, 5)) {
                return true;
            }
            from = comma < 0 ? list.length() + 1 : comma + 1;
        }
        return false;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
