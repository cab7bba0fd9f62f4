package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, and the way back to its client. Any thread may reply.
 *
 * <p>Texts hold the client's octets as chars 0..255; {@link #utf8} reads them as UTF-8.
 */
public final class Request {
    private static final Logger LOG = LoggerFactory.getLogger(Request.class);
    private static final int MOST_CONTENT_BYTES = 16 * 1024 * 1024;
    private static final byte[] NOTHING = new byte[0];

    private final RequestMessage message;
    private final Client client;
    private final Connection connection;
    private final RequestContent content;
    private final long cameNanos = System.nanoTime();
    private volatile boolean answered;
    private volatile boolean watched;
    private volatile @Nullable Parameters query;
    private volatile Map<String, String> pathParameters = Map.of();
    private volatile @Nullable Map<String, Object> attributes;

    Request(RequestMessage message, Connection connection) {
        this.message = message;
        this.client = connection.client(message);
        this.connection = connection;
        this.content = new RequestContent(message);
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

    /** The first value of a parameter of the query, decoded; null where there is none. */
    public @Nullable String query(String name) {
        return queryParameters().first(name);
    }

    /** The parameters of the query, decoded as UTF-8. */
    public Parameters queryParameters() {
        Parameters known = query;
        if (known == null) {
            known = Parameters.decode(variable("QUERY", ""));
            query = known;
        }
        return known;
    }

    /**
     * What stands in the path in the place of {@code {name}}, decoded, where a {@link Router} led here; null where its route has
     * no such name.
     */
    public @Nullable String path(String name) {
        return pathParameters.get(name);
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

    /** The certificate that the client has shown; null where it has shown none. */
    public @Nullable ClientCertificate clientCertificate() {
        String sha1 = message.variable("PEER_CERT_SHA1");
        return sha1 == null
                ? null
                : new ClientCertificate(
                        sha1, message.variable("PEER_CERT_SHA256"), message.variable("PEER_CERT_SUBJECT"));
    }

    /** Where the request belongs in a distributed trace; null where nobody said so. */
    public @Nullable TraceContext trace() {
        return TraceContext.read(field("traceparent"), String.join(",", fields().all("tracestate")));
    }

    /**
     * Until when the broker waits for an answer to begin: it answers 504 then, and what comes later is lost. {@link #keepAlive}
     * puts it off; this does not show it. Null where the broker did not say how long it waits.
     */
    public @Nullable Instant deadline() {
        Duration waits = connection.patience();
        return waits == null ? null : Instant.now().plus(waits).minusNanos(System.nanoTime() - cameNanos);
    }

    /** Whether the client has gone, or its broker: nobody will see an answer. */
    public boolean isClientGone() {
        return connection.isGone(client.connectionId());
    }

    /**
     * Has something done when the client goes, or its broker, before the answer has been given: to give up what nobody waits
     * for. At once if that has happened. By the thread that serves, so it must not block.
     */
    public void onGone(Runnable action) {
        watched = true;
        connection.watch(client.connectionId(), action);
    }

    /** All field lines. */
    public Fields fields() {
        return message.fields();
    }

    /** The first value of a field, whatever the case of its name; null where there is none. */
    public @Nullable String field(String name) {
        return message.fields().first(name);
    }

    /** The value of a cookie; null where the client has sent none of this name. */
    public @Nullable String cookie(String name) {
        return cookies().first(name);
    }

    /** All cookies that the client has sent. */
    public Parameters cookies() {
        return Parameters.cookies(fields().all("cookie"));
    }

    /** The first text of this name in the form that is the content; null where there is none. Exceptions as there. */
    public @Nullable String form(String name) {
        return formParameters().first(name);
    }

    /**
     * The texts of the form that is the content, decoded as UTF-8: {@code application/x-www-form-urlencoded}, or what is no file
     * of {@code multipart/form-data}. None where the content is something else.
     *
     * @throws ResponseException 400 if the form is broken, 413 if its texts are too long
     * @throws UncheckedIOException if the client has gone before all came
     */
    public Parameters formParameters() {
        return content.form().texts();
    }

    /** The first file of this name in the form that is the content; null where there is none. Exceptions as there. */
    public @Nullable FormFile file(String name) {
        for (FormFile file : files()) {
            if (file.name().equals(name)) {
                return file;
            }
        }
        return null;
    }

    /**
     * The files of the form that is the content ({@code multipart/form-data}), all of them received. They are deleted when the
     * answer has been given. Exceptions as {@link #formParameters}.
     */
    public List<FormFile> files() {
        return content.form().files();
    }

    /**
     * The parts of the form that is the content ({@code multipart/form-data}) as they come, for files that need not be kept. In
     * place of {@link #formParameters} and {@link #files}: content is read once.
     *
     * @throws ResponseException 415 if the content is no such form, 400 if it is broken
     * @throws IOException if the content cannot be read
     */
    public MultipartStream parts() throws IOException {
        return content.parts();
    }

    /**
     * The whole content, however the broker hands it on; not copied. Waits for what has not come.
     *
     * @throws ResponseException 413 if it has more than {@value #MOST_CONTENT_BYTES} bytes, which are too many for an array:
     *     read the {@link #stream}
     * @throws UncheckedIOException if the client has gone before all came
     */
    public byte[] content() {
        return content(MOST_CONTENT_BYTES);
    }

    /** As {@link #content()} with another bound for what is an upload. */
    public byte[] content(int mostBytes) {
        return content.bytes(mostBytes);
    }

    /** The whole content as text, in the charset that the client has named, else in UTF-8. Exceptions as {@link #content()}. */
    public String text() {
        return content.text(MOST_CONTENT_BYTES);
    }

    /**
     * The whole content as JSON, read by Jackson. Exceptions as {@link #content()}, and
     *
     * @throws ResponseException 400 if it is no JSON, or cannot become such an object
     * @throws WorkerException NO_JACKSON if Jackson is not on the class path
     */
    public <T> T json(Class<T> type) {
        try {
            return Json.read(content(), type);
        } catch (NoClassDefFoundError e) {
            throw Json.missing(e);
        }
    }

    /**
     * The content as a stream, of any size, however the broker hands it on: in one message, by a file, or part by part. What comes
     * part by part is asked of the client as fast as it is read; reading fails when the client goes. To be read once, by one
     * thread.
     *
     * @throws IOException if the file cannot be read
     */
    public InputStream stream() throws IOException {
        return content.stream();
    }

    /**
     * Where the content was uploaded by a file ({@code upload.temp_store}): the file, which is whole. It may be moved; where it
     * still is when the answer has been given it is deleted. Null for every other request.
     */
    public @Nullable Path uploadedFile() {
        return content.file();
    }

    /**
     * Whether this tells that the content is being uploaded into a file that is not whole: the same request comes again when it
     * is. {@link Worker#serve} does not show it to the responder.
     */
    public boolean isUploadBegun() {
        return field("x-mongrel2-upload-start") != null && uploadedFile() == null;
    }

    /** Whether further parts of the content will come ({@code upload.stream}). */
    boolean isUploadStream() {
        return message.variable("UPLOAD_STREAM") != null && message.variable("UPLOAD_STREAM_DONE") == null;
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

    void extend(ExtendedReply what) {
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

    /** Something that was noted at this request, by a filter say; null where there is none of this name. */
    public @Nullable Object attribute(String name) {
        Map<String, Object> noted = attributes;
        return noted == null ? null : noted.get(name);
    }

    /** Notes something at this request for those who see it later. */
    public synchronized void attribute(String name, Object value) {
        Map<String, Object> noted = attributes;
        if (noted == null) {
            noted = new ConcurrentHashMap<>();
            attributes = noted;
        }
        noted.put(name, value);
    }

    /** Whom a reply would reach. */
    public Client client() {
        return client;
    }

    /**
     * Sends a response. Content is left out where the method is {@code HEAD}. Where the client does not want to keep its
     * connection the response says so, and the connection is closed behind it.
     *
     * <p>A response with a writer is only begun: what it writes is sent as it comes; see {@link Response#withBody}. To a message of
     * a message socket only the content is sent, which is a message.
     */
    public void reply(Response response) {
        Reply.send(this, response);
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
        int bytes = 0;
        for (byte[] part : parts) {
            bytes |= part.length;
        }
        if (bytes > 0) {
            answered = true;
            connection.send(ReplyWriter.reply(client.sender(), new long[] {client.connectionId()}, parts));
        }
    }

    /** The answer failed: says so, or where it had begun cuts it. */
    void fail(Response saying) {
        if (answered || (isConversation() && !method().equals("WEBSOCKET_HANDSHAKE"))) {
            close();
            finish(saying.status());
        } else {
            reply(saying);
        }
    }

    /** The answer has been given. */
    void finish(int status) {
        if (watched) {
            connection.unwatch(client.connectionId());
        }
        if (isUploadStream()) {
            connection.endUpload(client.connectionId());
        }
        try {
            content.delete();
        } catch (IOException e) {
            LOG.warn("An uploaded file is left: {}", e.toString());
        }
        connection.listener().onAnswered(this, status, Duration.ofNanos(System.nanoTime() - cameNanos));
    }

    /** Leads the parts that will come to the stream of this request. */
    void openUpload() {
        ContentStream parts =
                new ContentStream(message.content(), bytes -> extend(new ExtendedReply.Control(false, bytes, false)));
        content.comesBy(parts);
        connection.beginUpload(client.connectionId(), parts);
    }

    void pathParameters(Map<String, String> parameters) {
        pathParameters = parameters;
    }

    /** Whether this is a message of a message socket. */
    boolean isMessage() {
        return (method().equals("JSON") || method().equals("XML")) && !isNotice();
    }

    /** Whether this is one of many that belong together and have an order. */
    boolean isConversation() {
        return method().startsWith("WEBSOCKET") || isMessage();
    }

    private String variable(String name, String otherwise) {
        String value = message.variable(name);
        return value == null ? otherwise : value;
    }
}
