package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.WorkerException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An HTTP response: status, fields, content. Immutable; {@code Content-Length} is written for it. */
public final class Response {
    private static final byte[] NOTHING = new byte[0];
    private static final Response NONE = new Response(0, List.of(), NOTHING, null);
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Map<Integer, String> REASONS = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(201, "Created"),
            Map.entry(202, "Accepted"),
            Map.entry(204, "No Content"),
            Map.entry(206, "Partial Content"),
            Map.entry(301, "Moved Permanently"),
            Map.entry(302, "Found"),
            Map.entry(303, "See Other"),
            Map.entry(304, "Not Modified"),
            Map.entry(307, "Temporary Redirect"),
            Map.entry(308, "Permanent Redirect"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(406, "Not Acceptable"),
            Map.entry(409, "Conflict"),
            Map.entry(410, "Gone"),
            Map.entry(412, "Precondition Failed"),
            Map.entry(413, "Content Too Large"),
            Map.entry(415, "Unsupported Media Type"),
            Map.entry(422, "Unprocessable Content"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(501, "Not Implemented"),
            Map.entry(502, "Bad Gateway"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(504, "Gateway Timeout"));

    private final int status;
    private final List<Field> fields;
    private final byte[] content;
    private final @Nullable BodyWriter body;

    private Response(int status, List<Field> fields, byte[] content, @Nullable BodyWriter body) {
        this.status = status;
        this.fields = fields;
        this.content = content;
        this.body = body;
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
     * The same with another status.
     *
     * @param status 200..599
     * @throws WorkerException BAD_RESPONSE
     */
    public Response withStatus(int status) {
        if (status < 200 || status > 599) {
            throw new WorkerException(Code.BAD_RESPONSE, "status " + status + ": 200 to 599 are allowed");
        }
        return new Response(status, fields, content, body);
    }

    /**
     * The same with one more field line.
     *
     * @param name a token; not {@code Content-Length} or {@code Transfer-Encoding}, which come from the content
     * @param value chars 0..255, written as ISO-8859-1, without control characters but the tab
     * @throws WorkerException BAD_RESPONSE
     */
    public Response withField(String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw new WorkerException(Code.BAD_RESPONSE, "field name \"" + printable(name) + "\": no token");
        }
        if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")) {
            throw new WorkerException(Code.BAD_RESPONSE, name + " is written from the content; leave it out");
        }
        if (!value.chars().allMatch(Response::isFieldChar)) {
            throw new WorkerException(
                    Code.BAD_RESPONSE,
                    "field " + name + ": \"" + printable(value)
                            + "\" holds a control character or one above U+00FF; encode it first");
        }
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Response(status, List.copyOf(more), content, body);
    }

    /** The same with other content; the array is not copied. Adds a field {@code Content-Type}. */
    public Response withContent(String contentType, byte[] content) {
        return withContent(content).withField("Content-Type", contentType);
    }

    /** The same with other content; the array is not copied. */
    public Response withContent(byte[] content) {
        return new Response(status, fields, content, null);
    }

    /** The same with content that is written piece by piece; see {@link #withBody(BodyWriter)}. Adds a {@code Content-Type}. */
    public Response withBody(String contentType, BodyWriter body) {
        return withBody(body).withField("Content-Type", contentType);
    }

    /**
     * The same with content that is written piece by piece, in chunks; for HTTP/1.0 as far as the end of the connection. The
     * writer is called when the response is sent, in a thread of its own ({@link WorkerSettings#withStreams} says whose): it
     * takes no place of the executor's, and other requests are answered meanwhile. It is not called where the answer
     * has no content, as to {@code HEAD}.
     *
     * <p>The writer is held up while the client is behind by more than the broker's window (256 KiB unless configured), so a
     * slow client costs no memory. Mongrel2 knows no window: what was written waits there, and a client for whom more than 16
     * messages wait is cut off; a message is what lies between two flushes, at most 64 KiB. That the window opens again is
     * heard by the thread that serves: while it is busy with a responder, long answers wait; see
     * {@link WorkerSettings#withExecutor}.
     */
    public Response withBody(BodyWriter body) {
        return new Response(status, fields, NOTHING, body);
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
        return content;
    }

    /** What writes the content piece by piece; null where it is all there. */
    public @Nullable BodyWriter body() {
        return body;
    }

    /** Whether there is a field of this name. */
    boolean has(String name) {
        return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
    }

    /**
     * Status line and fields, with the empty line.
     *
     * @param chunked whether the content of a writer is sent in chunks
     */
    byte[] head(boolean chunked) {
        StringBuilder head = new StringBuilder(160);
        head.append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.getOrDefault(status, ""))
                .append("\r\n");
        for (Field field : fields) {
            head.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (chunked && mayHaveContent()) {
            head.append("Transfer-Encoding: chunked\r\n");
        } else if (body == null && mayHaveContent()) {
            head.append("Content-Length: ").append(content.length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    /** RFC 9110, 8.6 and 15: answers of these kinds end with their head. */
    boolean mayHaveContent() {
        return status != 204 && status != 304;
    }

    private static boolean isFieldChar(int c) {
        return c == '\t' || (c >= ' ' && c <= 0xff && c != 0x7f);
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
