package dev.lurcher.worker.httpserver;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpPrincipal;
import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.worker.Answer;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.httpserver.AnswerBody.Form;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its answer. For one thread after the other; the client's end is told by the one that serves. */
final class BrokerExchange extends HttpExchange {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerExchange.class);
    private static final Set<String> LEFT_OUT = Set.of("expect", "x-mongrel2-upload-start", "x-mongrel2-upload-done");

    private final Request request;
    private final BrokerContext context;
    private final Answer answer;
    private final URI target;
    private final Headers requestHeaders = new Headers();
    private final Headers responseHeaders = new Headers();
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final InputStream content;
    private final OutgoingHead outgoing;
    private InputStream input;
    private @Nullable OutputStream output;
    private @Nullable AnswerBody body;
    private @Nullable HttpPrincipal principal;
    private int code = -1;

    /** @throws IllegalArgumentException if the target is none, or a field */
    BrokerExchange(Request request, BrokerContext context, InputStream content) {
        this.request = request;
        this.context = context;
        this.content = content;
        this.input = content;
        this.outgoing = new OutgoingHead(request);
        target = URI.create(request.uri());
        for (Field field : request.fields()) {
            if (!LEFT_OUT.contains(field.name().toLowerCase(Locale.ROOT))) {
                requestHeaders.add(field.name(), field.value());
            }
        }
        answer = request.answer();
    }

    /** Runs authenticator, filters and handler; what they throw is a 500, or the end of the connection. */
    void run(HttpHandler handler) {
        try {
            Authenticator authenticator = context.getAuthenticator();
            if (authenticator == null || isAuthentic(authenticator)) {
                new Filter.Chain(context.getFilters(), handler).doFilter(this);
            }
        } catch (Throwable e) {
            if (answer.isGone()) {
                LOG.debug("Nobody is left to answer at {}", request, e);
            } else {
                LOG.error("Failed at {}", request, e);
            }
            fail();
        }
    }

    private boolean isAuthentic(Authenticator authenticator) throws IOException {
        Authenticator.Result result = authenticator.authenticate(this);
        if (result instanceof Authenticator.Success success) {
            principal = success.getPrincipal();
            return true;
        }
        sendResponseHeaders(
                result instanceof Authenticator.Retry retry
                        ? retry.getResponseCode()
                        : ((Authenticator.Failure) result).getResponseCode(),
                -1);
        return false;
    }

    private void fail() {
        try {
            if (code < 0 && !answer.isGone()) {
                responseHeaders.clear();
                sendResponseHeaders(500, -1);
            } else if (!answer.isGone()) {
                cut();
            }
        } catch (IOException e) {
            LOG.debug("Nobody is left to answer at {}", request, e);
        } finally {
            end();
        }
    }

    /** The client must not take what it has got for the whole. */
    private void cut() {
        if (outgoing.form() == Form.CONNECTION) {
            answer.cutConnection();
        } else {
            answer.closeConnection();
        }
    }

    @Override
    public void sendResponseHeaders(int rCode, long responseLength) throws IOException {
        if (code >= 0) {
            throw new IOException("headers already sent");
        }
        code = rCode;
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        responseHeaders.set("Date", date);
        byte[] head = outgoing.octets(rCode, responseLength, responseHeaders);
        body = new AnswerBody(answer, head, outgoing.form(), Math.max(0, outgoing.contentBytes()), this::onWhole);
        if (outgoing.contentBytes() < 0) {
            body.close();
        }
    }

    /** The end has been sent. */
    private void onWhole() {
        if (outgoing.closes() && !answer.isGone()) {
            answer.closeConnection();
        }
        end();
    }

    private void end() {
        closeInput();
        answer.close();
    }

    private void closeInput() {
        try {
            content.close();
        } catch (IOException e) {
            LOG.debug("Closing the content of {}", request, e);
        }
    }

    @Override
    public void close() {
        try {
            if (code < 0) {
                answer.closeConnection();
            } else if (output != null) {
                output.close();
            } else if (body != null) {
                body.close();
            }
        } catch (IOException e) {
            LOG.debug("Closing {}", request, e);
        } finally {
            end();
        }
    }

    @Override
    public Headers getRequestHeaders() {
        return requestHeaders;
    }

    @Override
    public Headers getResponseHeaders() {
        return responseHeaders;
    }

    @Override
    public URI getRequestURI() {
        return target;
    }

    @Override
    public String getRequestMethod() {
        return request.method();
    }

    @Override
    public HttpContext getHttpContext() {
        return context;
    }

    @Override
    public InputStream getRequestBody() {
        return input;
    }

    @Override
    public OutputStream getResponseBody() {
        if (output == null) {
            output = new LateBody();
        }
        return output;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        String address = request.remoteAddress();
        if (!address.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%]*")) {
            return InetSocketAddress.createUnresolved(address, 0);
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(address), 0);
        } catch (UnknownHostException e) {
            return InetSocketAddress.createUnresolved(address, 0);
        }
    }

    @Override
    public int getResponseCode() {
        return code;
    }

    /** Of the broker's side nothing is known here. */
    @Override
    public InetSocketAddress getLocalAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Override
    public String getProtocol() {
        return request.version();
    }

    /** What was set here, otherwise the context's. */
    @Override
    public @Nullable Object getAttribute(String name) {
        Object own = attributes.get(name);
        return own == null ? context.getAttributes().get(name) : own;
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            attributes.remove(name);
        } else {
            attributes.put(name, value);
        }
    }

    @Override
    public void setStreams(@Nullable InputStream in, @Nullable OutputStream out) {
        input = in == null ? input : in;
        output = out == null ? output : out;
    }

    @Override
    public @Nullable HttpPrincipal getPrincipal() {
        return principal;
    }

    /** The stream that handlers hold before they have sent the head. */
    private final class LateBody extends OutputStream {
        private AnswerBody body() throws IOException {
            if (body == null) {
                throw new IOException("response headers not sent yet");
            }
            return body;
        }

        @Override
        public void write(int octet) throws IOException {
            body().write(octet);
        }

        @Override
        public void write(byte[] source, int offset, int count) throws IOException {
            body().write(source, offset, count);
        }

        @Override
        public void flush() throws IOException {
            body().flush();
        }

        @Override
        public void close() throws IOException {
            body().close();
        }
    }
}
