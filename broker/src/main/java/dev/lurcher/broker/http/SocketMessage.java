package dev.lurcher.broker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.RequestHead;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One message of a JSON or XML socket; see {@link MessageCheck} for its form. It has no fields, and expects no answer. */
final class SocketMessage implements RequestHead {
    /** What it is written in. */
    enum Kind {
        JSON,
        XML
    }

    private static final String POLICY = "<policy-file-request";
    private static final Pattern PING_PATH = Pattern.compile("@[a-z/]*");
    private static final Pattern PING = Pattern.compile("\\{\"type\":\\s*\"ping\"\\}");
    private static final int LONGEST_PING = 64;

    private final Kind kind;
    private final String path;
    private final byte[] content;
    private String pattern = "";
    private String scheme = "";
    private String remoteAddress = "";
    private @Nullable String forwardedFor;

    /**
     * Creates a message.
     *
     * @param path with the {@code @} or {@code <} before it
     * @param content what the worker gets: of JSON the object, of XML the whole text
     */
    SocketMessage(Kind kind, String path, byte[] content) {
        this.kind = kind;
        this.path = path;
        this.content = content;
    }

    /** Says where it came from, and what its {@code x-forwarded-for} becomes (null: there is none). */
    void from(String scheme, String remoteAddress, @Nullable String forwardedFor) {
        this.scheme = scheme;
        this.remoteAddress = remoteAddress;
        this.forwardedFor = forwardedFor;
    }

    /** Says which route it takes. */
    void routed(String pattern) {
        this.pattern = pattern;
    }

    byte[] content() {
        return content;
    }

    /** Whether it only says that the client is still there. */
    boolean isPing() {
        return kind == Kind.JSON
                && content.length <= LONGEST_PING
                && PING_PATH.matcher(path).matches()
                && PING.matcher(new String(content, ISO_8859_1)).matches();
    }

    /** Whether a Flash player asks for leave to connect. */
    boolean isPolicyRequest() {
        return path.equals(POLICY);
    }

    @Override
    public String method() {
        return kind.name();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String version() {
        return null;
    }

    @Override
    public @Nullable String uri() {
        return null;
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
    public int fieldCount() {
        return 0;
    }

    @Override
    public CharSequence fieldName(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public String fieldValue(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public @Nullable String forwardedFor() {
        return forwardedFor;
    }
}
