package dev.lurcher.broker.http;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.RequestHead;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The head of the request that opened a WebSocket, as it stands before the handshake and before each message. Immutable. */
final class SessionHead implements RequestHead {
    private final Request request;
    private final String method;
    private final Fields extras;

    /** The head of the handshake. */
    SessionHead(Request request) {
        this(request, "WEBSOCKET_HANDSHAKE", Fields.NONE);
    }

    private SessionHead(Request request, String method, Fields extras) {
        this.request = request;
        this.method = method;
        this.extras = extras;
    }

    /**
     * The head of a message.
     *
     * @param flags the first octet of its first frame, with the bit FIN set
     */
    SessionHead ofMessage(int flags) {
        Fields.Field field =
                new Fields.Field("FLAGS", "0x" + Integer.toHexString(flags).toUpperCase(Locale.ROOT));
        return new SessionHead(request, "WEBSOCKET", new Fields(List.of(field)));
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Fields extras() {
        return extras;
    }

    @Override
    public String path() {
        return request.path();
    }

    @Override
    public String version() {
        return request.version();
    }

    @Override
    public String uri() {
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
