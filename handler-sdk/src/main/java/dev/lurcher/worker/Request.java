package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import dev.lurcher.protocol.UploadPart;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One request, and the way back to its client. Any thread may reply.
 *
 * <p>Texts hold the client's octets as chars 0..255; {@link #utf8} reads them as UTF-8.
 */
public final class Request {
    private static final byte[] NOTHING = new byte[0];

    private final RequestMessage message;
    private final Client client;
    private final Connection connection;
    private volatile boolean answered;

    Request(RequestMessage message, Connection connection) {
        this.message = message;
        this.client = connection.client(message);
        this.connection = connection;
    }

    /** The method; {@code JSON}, {@code XML}, {@code WEBSOCKET} or {@code WEBSOCKET_HANDSHAKE} where it is no HTTP request. */
    public String method() {
        return variable("METHOD", "");
    }

    /** The path, not percent-decoded. */
    public String path() {
        return message.path();
    }

    /** The text after {@code ?}, possibly empty; null where there was no {@code ?}. */
    public @Nullable String query() {
        return message.variable("QUERY");
    }

    /** Path and query. */
    public String uri() {
        return variable("URI", path());
    }

    /** {@code HTTP/1.0} or {@code HTTP/1.1}; empty where it is no HTTP request. */
    public String version() {
        return variable("VERSION", "");
    }

    /** The path of the route that led here, as configured. */
    public String pattern() {
        return variable("PATTERN", "");
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return variable("URL_SCHEME", "http");
    }

    /** The IP address of the client, or of what stands before the broker. */
    public String remoteAddress() {
        return variable("REMOTE_ADDR", "");
    }

    /** All field lines. */
    public Fields fields() {
        return message.fields();
    }

    /** The first value of a field, whatever the case of its name; null where there is none. */
    public @Nullable String field(String name) {
        return message.fields().first(name);
    }

    /** The content; not copied. */
    public byte[] content() {
        return message.content();
    }

    /** The content as text in UTF-8. */
    public String text() {
        return new String(message.content(), UTF_8);
    }

    /**
     * Where the content was uploaded by a file ({@code upload.temp_store}): the file, which is whole, and from now on this
     * worker's to move or delete. Null for every other request.
     */
    public @Nullable String uploadedFile() {
        return field("x-mongrel2-upload-done");
    }

    /**
     * Whether this tells that the content is being uploaded into a file that is not whole: the same request comes again when it
     * is. {@link Worker#serve} does not show it to the responder.
     */
    public boolean isUploadBegun() {
        return field("x-mongrel2-upload-start") != null && uploadedFile() == null;
    }

    /**
     * Whether this is the first part of content that is uploaded part by part ({@code upload.stream}): {@link #grant} asks for
     * the rest, which comes as further requests that have a {@link #part} and the same {@link #client}.
     */
    public boolean isUploadStream() {
        return message.variable("UPLOAD_STREAM") != null && part() == null;
    }

    /**
     * Where this is no request, but a later part of one's content: which. The part itself is the {@link #content}. To be
     * answered is the request.
     */
    public @Nullable UploadPart part() {
        return message.part();
    }

    /**
     * Lets the broker send more of the content that is uploaded part by part.
     *
     * @param bytes how many more, at least 1
     */
    public void grant(long bytes) {
        extend(new ExtendedReply.Control(false, bytes, false));
    }

    /** Has the broker wait for the answer as long again as it does from the start. */
    public void keepAlive() {
        extend(new ExtendedReply.Control(true, 0, false));
    }

    /** Closes the client's connection at once; what it has not got by now is lost. No disconnect follows. */
    public void cancel() {
        answered = true;
        extend(new ExtendedReply.Control(false, 0, true));
    }

    private void extend(ExtendedReply what) {
        connection.send(ReplyWriter.extended(client.sender(), new long[] {client.connectionId()}, what));
    }

    /** Whether this is a JSON message of a JSON socket: its text is in {@link #text}. */
    public boolean isJsonMessage() {
        return method().equals("JSON") && !isNotice();
    }

    /** Whether this is no request, but the broker's notice that the client is gone. */
    public boolean isDisconnect() {
        return message.isDisconnect();
    }

    /** Whether nobody waits for an answer: the broker only tells something. */
    boolean isNotice() {
        return message.notice() != null;
    }

    /** The whole message. */
    public RequestMessage message() {
        return message;
    }

    /** Whom a reply would reach. */
    public Client client() {
        return client;
    }

    /**
     * Sends a response. Content is left out where the method is {@code HEAD}. Where the client does not want to keep its
     * connection the response says so, and the connection is closed behind it.
     *
     * <p>A response with a writer is only begun: what it writes is sent as it comes; see {@link Response#withBody}.
     */
    public void reply(Response response) {
        if (response.status() == 0) {
            return;
        }
        BodyWriter writer = response.body();
        boolean chunked = writer != null && version().equals("HTTP/1.1");
        boolean last = closesAfterReply() || (writer != null && !chunked);
        Response sent = last && !response.has("Connection") ? response.withField("Connection", "close") : response;
        byte[] head = sent.head(chunked);
        boolean content = sent.mayHaveContent() && !method().equals("HEAD");
        if (writer != null && content) {
            start(new Streaming(this, writer, head, chunked, last));
            return;
        }
        send(head, content ? sent.content() : NOTHING);
        if (last) {
            close();
        }
    }

    /**
     * Begins an answer whose octets the caller makes, head and framing included, and sends as the client takes them. To be
     * called before {@link Responder#respond} returns, once for a request, and instead of any other way to answer; the worker
     * does not end before it is closed.
     */
    public Answer answer() {
        return new Answer(this);
    }

    /** Sends bytes as they are: a part of a response, a WebSocket frame, a JSON message. None would close: see there. */
    public void send(byte[] bytes) {
        send(bytes, NOTHING);
    }

    /** Closes the client's connection once it has got what was sent before. */
    public void close() {
        answered = true;
        connection.send(ReplyWriter.close(client.sender(), client.connectionId()));
    }

    /** Octets of a text of this request, read as UTF-8. */
    public static String utf8(String octets) {
        return new String(octets.getBytes(ISO_8859_1), UTF_8);
    }

    /** What it came by. */
    Connection connection() {
        return connection;
    }

    /** Whether something was sent already. */
    boolean isAnswered() {
        return answered;
    }

    @Override
    public String toString() {
        return method() + " " + path() + " (connection " + client.connectionId() + ")";
    }

    /** Sends parts of an answer in one message; nothing if they are all empty. */
    void send(byte[]... parts) {
        if (Arrays.stream(parts).anyMatch(part -> part.length > 0)) {
            answered = true;
            connection.send(ReplyWriter.reply(client.sender(), new long[] {client.connectionId()}, parts));
        }
    }

    /** The answer failed: says so, or where it had begun cuts it. */
    void fail() {
        if (answered) {
            close();
        } else {
            reply(Response.text("Internal Server Error\n").withStatus(500));
        }
    }

    private void start(Streaming streaming) {
        try {
            connection.start(streaming);
        } catch (RejectedExecutionException e) {
            streaming.end();
            reply(Response.text("Service Unavailable\n").withStatus(503));
        }
    }

    /** Mongrel2 leaves it to workers to end HTTP/1.0 and "Connection: close". */
    private boolean closesAfterReply() {
        if (version().equals("HTTP/1.0")) {
            return true;
        }
        for (String value : message.fields().all("connection")) {
            for (String option : value.split(",", -1)) {
                if (option.strip().toLowerCase(Locale.ROOT).equals("close")) {
                    return true;
                }
            }
        }
        return false;
    }

    private String variable(String name, String otherwise) {
        String value = message.variable(name);
        return value == null ? otherwise : value;
    }
}
