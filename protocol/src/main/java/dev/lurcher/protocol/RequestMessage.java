package dev.lurcher.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A request as a worker receives it. Grammar: {@link RequestWriter}. Immutable but for the content array, which is not copied.
 *
 * <p>Texts hold the client's octets as chars 0..255. A broker that writes raw octets into JSON (Mongrel2) makes an exception:
 * there, octets that are UTF-8 are read as UTF-8.
 */
public final class RequestMessage {
    private final String sender;
    private final long connectionId;
    private final String path;
    private final Fields variables;
    private final Fields fields;
    private final byte[] content;
    private final @Nullable Notice notice;

    RequestMessage(Address address, Fields variables, Fields fields, byte[] content) {
        this.sender = address.sender();
        this.connectionId = address.connectionId();
        this.path = address.path();
        this.variables = variables;
        this.fields = fields;
        this.content = content;
        this.notice = isNotice() ? NoticeReader.read(content, variables.first("DOWNLOAD_CREDITS")) : null;
    }

    /** The words before the headers. */
    record Address(String sender, long connectionId, String path) {}

    /** The first word: the handler's {@code send_ident}, which a reply must begin with. */
    public String sender() {
        return sender;
    }

    /** The client connection, which a reply must name; 0..2^63-1. */
    public long connectionId() {
        return connectionId;
    }

    /** The path: of the URI, {@code @name} of a JSON message, {@code <name} of an XML message, {@code @*} of a notice. */
    public String path() {
        return path;
    }

    /** What the broker says about the request: the entries with upper-case names, such as {@code METHOD}. */
    public Fields variables() {
        return variables;
    }

    /** The value of a variable; null where the broker did not say it. */
    public @Nullable String variable(String name) {
        return variables.first(name);
    }

    /** What the client sent, and {@code x-forwarded-for}; names are in lower case. */
    public Fields fields() {
        return fields;
    }

    /** The content; not copied. */
    public byte[] content() {
        return content;
    }

    /** What the broker tells, if this is no request: nobody waits for an answer then. A client cannot forge it. */
    public @Nullable Notice notice() {
        return notice;
    }

    /**
     * Where this is no request, but a later part of the content of one that came before under the same connection id: which
     * part. The part itself is the {@link #content}. Null for everything else.
     */
    public @Nullable UploadPart part() {
        String offset = variables.first("UPLOAD_STREAM");
        if (offset == null || variables.first("METHOD") != null) {
            return null;
        }
        try {
            return new UploadPart(path, Long.parseLong(offset), variables.first("UPLOAD_STREAM_DONE") != null);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Whether this is the broker's notice that the client connection is gone. */
    public boolean isDisconnect() {
        return notice instanceof Notice.Disconnect;
    }

    /** A client's JSON message may have the same path, but the broker then says the path among the variables too. */
    private boolean isNotice() {
        return path.equals("@*") && "JSON".equals(variables.first("METHOD")) && variables.first("PATH") == null;
    }

    /** The path and size; contents and fields of clients are kept out of logs. */
    @Override
    public String toString() {
        return sender + " " + connectionId + " " + path + " (" + fields.size() + " fields, " + content.length
                + " bytes)";
    }
}
