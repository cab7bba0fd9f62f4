package dev.lurcher.worker.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.worker.Answer;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.content.ByteBufferContentSource;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.HttpChannel;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/**
 * A connector whose clients are those of brokers: as it starts the server becomes a worker, and as it stops that takes its
 * leave.
 *
 * <pre>{@code
 * Server server = new Server();
 * BrokerConnector connector = new BrokerConnector(server, Worker.builder().arguments(arguments));
 * server.addConnector(connector);
 * server.setHandler(application);
 * server.start();
 * connector.ended().join();
 * server.stop();
 * }</pre>
 *
 * <p>Handlers that look for a socket ({@code EndPoint}) find none; upgrades and WebSockets are not taken.
 */
public final class BrokerConnector extends AbstractConnector {
    private static final byte[] BUSY =
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1);

    private final WorkerBuilder builder;
    private final HttpConfiguration configuration;
    private final HttpChannel.Factory channels = new HttpChannel.DefaultFactory();
    private volatile @Nullable Serving serving;

    /** A worker, the thread that it has, and what is done when it has ended. */
    private record Serving(Worker worker, Thread thread, CompletableFuture<Void> ended) {}

    /**
     * For one server.
     *
     * @param builder makes the worker when this is started. It needs no threads: the application runs in the server's
     */
    public BrokerConnector(Server server, WorkerBuilder builder) {
        this(server, builder, plain());
    }

    /** The same with a configuration of its own. */
    public BrokerConnector(Server server, WorkerBuilder builder, HttpConfiguration configuration) {
        super(server, null, null, null, 0, new HttpConnectionFactory(configuration));
        this.builder = builder;
        this.configuration = configuration;
    }

    /** Asks the brokers to send nothing new; {@link #ended} tells when all is answered. Nothing if it is not started. */
    public void drain() {
        Serving current = serving;
        if (current != null) {
            current.worker().stop();
        }
    }

    /**
     * Completed when the worker has taken its leave: it was asked to, its brokers have drained it, or the time to stop is
     * over. To be asked for when it is started.
     */
    public CompletableFuture<Void> ended() {
        Serving current = serving;
        return current == null ? CompletableFuture.completedFuture(null) : current.ended();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        Worker worker = builder.build();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread thread = new Thread(() -> serve(worker, ended), "broker-connector");
        serving = new Serving(worker, thread, ended);
        thread.start();
    }

    @Override
    protected void doStop() throws Exception {
        drain();
        ended().join();
        serving = null;
        super.doStop();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        drain();
        return CompletableFuture.allOf(ended(), super.shutdown());
    }

    /** Nothing: requests come from the worker. */
    @Override
    protected void accept(int acceptor) {}

    @Override
    public Object getTransport() {
        return builder;
    }

    private void serve(Worker worker, CompletableFuture<Void> ended) {
        try {
            worker.serve(this::respond);
        } finally {
            ended.complete(null);
        }
    }

    /** By the thread that serves: hands it on. */
    private Response respond(Request request) throws IOException {
        if (request.method().equals("WEBSOCKET_HANDSHAKE")) {
            return Response.text("Not Implemented\n").withStatus(501);
        }
        if (request.version().isEmpty()) {
            request.close();
            return Response.none();
        }
        MetaData.Request head;
        try {
            head = RequestHead.read(request, configuration);
        } catch (HttpException.RuntimeException | IllegalArgumentException e) {
            return Response.text("Bad Request\n").withStatus(400);
        }
        begin(request, head);
        return Response.none();
    }

    private void begin(Request request, MetaData.Request head) throws IOException {
        boolean closes = RequestHead.closes(request);
        boolean http11 = head.getHttpVersion() == HttpVersion.HTTP_1_1;
        boolean here = request.uploadedFile() == null && request.message().variable("UPLOAD_STREAM") == null;
        Content.Source content = here
                ? new ByteBufferContentSource(ByteBuffer.wrap(request.content()))
                : Content.Source.from(new ByteBufferPool.Sized(getByteBufferPool()), request.stream());
        HttpChannel channel = channels.newHttpChannel(new BrokerConnection(request, this, configuration, !closes));
        AnswerFraming framing = new AnswerFraming(http11, request.method().equals("HEAD"), closes);
        Answer answer = request.answer();
        BrokerStream stream = new BrokerStream(answer, content, !here, framing, channel);
        channel.setHttpStream(stream);
        Runnable task = channel.onRequest(head);
        try {
            getExecutor().execute(task);
            answer.onGone(stream::onGone);
        } catch (RejectedExecutionException e) {
            answer.send(BUSY);
            answer.closeConnection();
            answer.close();
        }
    }

    private static HttpConfiguration plain() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        return configuration;
    }
}
