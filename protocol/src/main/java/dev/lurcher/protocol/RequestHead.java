package dev.lurcher.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What {@link RequestWriter} needs to know of a request. Every string holds bytes as chars 0..255 (ISO-8859-1), unchanged
 * from the wire.
 */
public interface RequestHead {
    /** The method, or one of Mongrel2's own: {@code JSON}, {@code XML}, {@code WEBSOCKET}, {@code WEBSOCKET_HANDSHAKE}. */
    String method();

    /** The path, not percent-decoded. It holds no space: it is a word of the message. */
    String path();

    /** {@code HTTP/1.0} or {@code HTTP/1.1}; null for what is no HTTP request: a JSON or XML message. */
    @Nullable
    String version();

    /** Path, and {@code ?query} where there is a query; null for what is no HTTP request. */
    @Nullable
    String uri();

    /** The text after {@code ?}, possibly empty; null where there was no {@code ?}. */
    @Nullable
    String query();

    /** The text after {@code #}, possibly empty; null where there was no {@code #}. */
    @Nullable
    String fragment();

    /** The route's path as it is configured, pattern included. */
    String pattern();

    /** {@code http} or {@code https}. */
    String scheme();

    /** The client's IP address. */
    String remoteAddress();

    /** How many field lines the client sent. */
    int fieldCount();

    /** The name of a field line in any case (the writer lower-cases ASCII letters); not empty. */
    CharSequence fieldName(int index);

    /** The value of a field line. */
    String fieldValue(int index);

    /**
     * The {@code x-forwarded-for} to write in place of every field of that name that the client sent; null leaves the
     * client's alone (setting {@code no_clobber_xff}).
     */
    @Nullable
    String forwardedFor();

    /**
     * What the broker itself says beyond the above, in order: {@code FLAGS} of a WebSocket message,
     * {@code x-mongrel2-upload-start} and the like. Names are written as they are; nothing of a client's has such a name, see
     * {@link #fieldName}.
     */
    default Fields extras() {
        return Fields.NONE;
    }
}
