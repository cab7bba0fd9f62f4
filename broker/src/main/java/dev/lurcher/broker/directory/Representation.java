package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

/**
 * One form in which a file can be sent: as it is, or encoded. Immutable but for its content, which comes when it is first sent
 * and is never changed. Any thread.
 */
final class Representation {
    private final FileState state;
    private final @Nullable Coding coding;
    private final String type;
    private final String tag;
    private final byte[] typeFields;
    private final byte[] wholeFields;
    private final byte[] stateFields;

    private volatile byte @Nullable [] content;

    /**
     * Creates it, without content.
     *
     * @param state of the file that holds the bytes
     * @param type value of Content-Type; empty leaves the field out
     * @param cacheFields field lines that every form of the file has, each with its CRLF
     */
    Representation(FileState state, @Nullable Coding coding, String type, String cacheFields) {
        this.state = state;
        this.coding = coding;
        this.type = type;
        this.tag = "\"" + Long.toHexString(state.modifiedNanos()) + "-" + Long.toHexString(state.size())
                + (coding == null ? "" : "-" + coding.token()) + "\"";
        String typeLines = (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + codingField();
        String stateLines =
                "Last-Modified: " + HttpTime.text(state.modifiedSecond()) + "\r\nETag: " + tag + "\r\n" + cacheFields;
        typeFields = typeLines.getBytes(ISO_8859_1);
        stateFields = stateLines.getBytes(ISO_8859_1);
        wholeFields = (typeLines + "Content-Length: " + state.size() + "\r\nAccept-Ranges: bytes\r\n" + stateLines)
                .getBytes(ISO_8859_1);
    }

    private String codingField() {
        return coding == null ? "" : "Content-Encoding: " + coding.token() + "\r\n";
    }

    FileState state() {
        return state;
    }

    @Nullable
    Coding coding() {
        return coding;
    }

    /** Bytes of the content. */
    long size() {
        return state.size();
    }

    /** Value of Content-Type, or empty. */
    String type() {
        return type;
    }

    /** The strong entity tag, with its quotes. */
    String tag() {
        return tag;
    }

    /** Content-Type and Content-Encoding, as lines; not to be changed. */
    byte[] typeFields() {
        return typeFields;
    }

    /** Content-Encoding alone, for content whose type is another. */
    byte[] codingFields() {
        return codingField().getBytes(ISO_8859_1);
    }

    /** The lines of an answer with the whole content, all but Date and Server; not to be changed. */
    byte[] wholeFields() {
        return wholeFields;
    }

    /** Last-Modified, ETag, and what is said to caches, as lines; not to be changed. */
    byte[] stateFields() {
        return stateFields;
    }

    /** The bytes, not to be changed, where they are in memory; else null. */
    byte @Nullable [] content() {
        return content;
    }

    void keep(byte[] bytes) {
        content = bytes;
    }

    /** Whether the other one has the same bytes, as far as can be told without reading them. */
    boolean isLike(Representation other) {
        return state.equals(other.state) && coding == other.coding && type.equals(other.type);
    }
}
