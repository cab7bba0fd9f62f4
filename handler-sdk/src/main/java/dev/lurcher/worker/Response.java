package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.WorkerException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An HTTP response: status, fields, content. Immutable; {@code Content-Length} is written for it. */
public final class Response {
    private static final byte[] NOTHING = new byte[0];
    private static final String LENGTH = "Content-Length: ";
    private static final Response NONE = new Response(0, List.of(), new Content(NOTHING));
    private final int status;
    private final List<Field> fields;
    private final Content content;

    /** What follows the head: bytes; or what a writer writes, or a file that the broker sends. */
    private static final class Content {
        final byte[] bytes;
        final @Nullable BodyWriter writer;
        final @Nullable String file;
        /** Of what is written, or of the file; -1 where that is not known. */
        final long length;

        Content(byte[] bytes) {
            this(bytes, null, null, bytes.length);
        }

        Content(byte[] bytes, @Nullable BodyWriter writer, @Nullable String file, long length) {
            this.bytes = bytes;
            this.writer = writer;
            this.file = file;
            this.length = length;
        }
    }

    private Response(int status, List<Field> fields, Content content) {
        this.status = status;
        this.fields = fields;
        this.content = content;
    }

    /** No response: nothing is sent. */
    public static Response none() {
        return NONE;
    }

    /**
     * A response without fields and content.
     *
     * @param status 200..599
     * @throws WorkerException BAD_RESPONSE
     */
    public static Response of(int status) {
        return NONE.withStatus(status);
    }

    /** 200 with plain text in UTF-8. */
    public static Response text(String text) {
        return of(200).withContent("text/plain; charset=utf-8", text.getBytes(UTF_8));
    }

    /** 200 with HTML in UTF-8. */
    public static Response html(String html) {
        return of(200).withContent("text/html; charset=utf-8", html.getBytes(UTF_8));
    }

    /** 200 with JSON; the text is sent as it is. */
    public static Response json(String json) {
        return of(200).withContent("application/json", json.getBytes(UTF_8));
    }

    /**
     * 200 with an object as JSON, written by Jackson: a record, a bean, a map, a list. Who wants Jackson set up in another way
     * gives the text.
     *
     * @throws WorkerException BAD_RESPONSE if Jackson cannot write it; NO_JACKSON if it is not on the class path
     */
    public static Response json(Object value) {
        try {
            return of(200).withContent("application/json", Json.write(value));
        } catch (NoClassDefFoundError e) {
            throw Json.missing(e);
        }
    }

    /**
     * An error with a line of plain text.
     *
     * @param status 400..599
     * @throws WorkerException BAD_RESPONSE
     */
    public static Response error(int status, String text) {
        return text(text + "\n").withStatus(status);
    }

    /**
     * 302: the client asks for another resource by GET. {@link #withStatus} makes it another redirect, as 303, 307 or 308.
     *
     * @param location a URI or a path, encoded
     * @throws WorkerException BAD_RESPONSE
     */
    public static Response redirect(String location) {
        return of(302).withField("Location", location);
    }

    /**
     * 200 with a file of this machine, sent as fast as the client takes it, or 404 where there is none. Its type is told by its
     * name. Never make a path of what a client said without checking that it stays where it should.
     */
    public static Response file(Path file) {
        long length = length(file);
        if (length < 0) {
            return error(404, "Not Found");
        }
        return of(200).withField("Content-Type", MediaTypes.of(file.toString()))
                .withBody(length, body -> Files.copy(file, body));
    }

    /**
     * 200 with a file that the broker sends by itself: it must lie below the broker's {@code sendfile.base}, otherwise the
     * client's connection is closed. Where this machine has the file as well the answer tells its length; otherwise it ends with
     * the connection.
     *
     * @param file as the broker sees it
     */
    public static Response sendFile(Path file) {
        Content sent =
                new Content(NOTHING, null, new String(file.toString().getBytes(UTF_8), ISO_8859_1), length(file));
        return new Response(200, List.of(), sent).withField("Content-Type", MediaTypes.of(file.toString()));
    }

    /**
     * 200 with server-sent events, as a page's {@code EventSource} wants them. The writer is called as that of
     * {@link #withBody(BodyWriter)}.
     */
    public static Response events(EventWriter writer) {
        return of(200).withField("Cache-Control", "no-store")
                .withBody("text/event-stream", body -> ((BodyStream) body).events(writer));
    }

    private static long length(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /**
     * The same with another status.
     *
     * @param status 200..599
     * @throws WorkerException BAD_RESPONSE
     */
    public Response withStatus(int status) {
        if (status < 200 || status > 599) {
            throw new WorkerException(Code.BAD_RESPONSE, "status " + status + ": 200 to 599 are allowed");
        }
        return new Response(status, fields, content);
    }

    /**
     * The same with one more field line.
     *
     * @param name a token; not {@code Content-Length} or {@code Transfer-Encoding}, which come from the content
     * @param value chars 0..255, written as ISO-8859-1, without control characters but the tab
     * @throws WorkerException BAD_RESPONSE
     */
    public Response withField(String name, String value) {
        FieldLine.check(name, value);
        Field[] more = fields.toArray(new Field[fields.size() + 1]);
        more[fields.size()] = new Field(name, value);
        return new Response(status, List.of(more), content);
    }

    /** The same, setting a cookie. */
    public Response withCookie(Cookie cookie) {
        return withField("Set-Cookie", cookie.toString());
    }

    /** The same with other content; the array is not copied. Adds a field {@code Content-Type}. */
    public Response withContent(String contentType, byte[] content) {
        return withContent(content).withField("Content-Type", contentType);
    }

    /** The same with other content; the array is not copied. */
    public Response withContent(byte[] content) {
        return new Response(status, fields, new Content(content));
    }

    /** The same with content that is written piece by piece; see {@link #withBody(BodyWriter)}. Adds a {@code Content-Type}. */
    public Response withBody(String contentType, BodyWriter body) {
        return withBody(body).withField("Content-Type", contentType);
    }

    /**
     * The same with content that is written piece by piece, in chunks; for HTTP/1.0 as far as the end of the connection. The
     * writer is called when the response is sent, in a thread of its own ({@link WorkerBuilder#streams} says whose): it
     * takes no place of the executor's, and other requests are answered meanwhile. It is not called where the answer
     * has no content, as to {@code HEAD}.
     *
     * <p>The writer is held up while the client is behind by more than the broker's window (256 KiB unless configured), so a
     * slow client costs no memory. Mongrel2 knows no window: what was written waits there, and a client for whom more than 16
     * messages wait is cut off; a message is what lies between two flushes, at most 64 KiB. That the window opens again is
     * heard by the thread that serves: while it is busy with a responder, long answers wait; see
     * {@link WorkerBuilder#threads}.
     */
    public Response withBody(BodyWriter body) {
        return new Response(status, fields, new Content(NOTHING, body, null, -1));
    }

    /**
     * As {@link #withBody(BodyWriter)} for content of a known length, which is told in the head instead of marking chunks. The
     * client's connection is closed if the writer ends short of it; it gets an exception if it writes more.
     *
     * @param bytes at least 0
     */
    public Response withBody(long bytes, BodyWriter body) {
        return new Response(status, fields, new Content(NOTHING, body, null, Math.max(0, bytes)));
    }

    /** The status; 0 for {@link #none}. */
    public int status() {
        return status;
    }

    /** The field lines in order, without {@code Content-Length}. */
    public List<Field> fields() {
        return fields;
    }

    /** The content; not copied. Empty where there is a writer. */
    public byte[] content() {
        return content.bytes;
    }

    /** What writes the content piece by piece; null where it is all there. */
    public @Nullable BodyWriter body() {
        return content.writer;
    }

    /** The same as an exception, for responders to throw. */
    public ResponseException exception() {
        return new ResponseException(this);
    }

    /** Octets of the path of the file that the broker is to send; null where it is not. */
    @Nullable
    String brokersFile() {
        return content.file;
    }

    /** How many bytes the content has; -1 where only its end will tell. */
    long contentBytes() {
        return content.length;
    }

    /** Whether there is a field of this name. */
    boolean has(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equalsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Status line and fields, with the empty line.
     *
     * @param chunked whether the content of a writer is sent in chunks
     */
    byte[] head(boolean chunked) {
        boolean told = !chunked && contentBytes() >= 0 && mayHaveContent();
        String framing = chunked && mayHaveContent() ? "Transfer-Encoding: chunked\r\n" : "";
        String length = told ? Long.toString(contentBytes()) : "";
        String statusLine = StatusLine.of(status);
        int bytes = statusLine.length() + framing.length() + 2;
        bytes += told ? LENGTH.length() + length.length() + 2 : 0;
        for (int i = 0; i < fields.size(); i++) {
            bytes += fields.get(i).name().length() + fields.get(i).value().length() + 4;
        }
        HeadWriter head = new HeadWriter(bytes).put(statusLine);
        for (int i = 0; i < fields.size(); i++) {
            head.put(fields.get(i).name()).put(": ").put(fields.get(i).value()).put("\r\n");
        }
        head.put(framing);
        return (told ? head.put(LENGTH).put(length).put("\r\n") : head)
                .put("\r\n")
                .bytes();
    }

    /** RFC 9110, 8.6 and 15: answers of these kinds end with their head. */
    boolean mayHaveContent() {
        return status != 204 && status != 304;
    }
}
