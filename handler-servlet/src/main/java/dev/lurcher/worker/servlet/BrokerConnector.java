package dev.lurcher.worker.servlet;

import dev.lurcher.protocol.UploadPart;
import dev.lurcher.worker.Answer;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
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
 * BrokerConnector connector = new BrokerConnector(server, WorkerArguments.settings(arguments));
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
    private final WorkerSettings settings;
    private final HttpConfiguration configuration;
    private final HttpChannel.Factory channels = new HttpChannel.DefaultFactory();
    private final Uploads uploads = new Uploads();
    private volatile @Nullable Serving serving;

    /** A worker, the thread that it has, and what is done when it has ended. */
    private record Serving(Worker worker, Thread thread, CompletableFuture<Void> ended) {}

    /**
     * For one server.
     *
     * @param settings without an executor: the application runs in the server's threads
     * @throws IllegalArgumentException if they have one
     */
    public BrokerConnector(Server server, WorkerSettings settings) {
        this(server, settings, plain());
    }

    /** The same with a configuration of its own. */
    public BrokerConnector(Server server, WorkerSettings settings, HttpConfiguration configuration) {
        super(server, null, null, null, 0, new HttpConnectionFactory(configuration));
        if (settings.threads().executor() != null) {
            throw new IllegalArgumentException("the application runs in the server's threads: leave the executor out");
        }
        this.settings = settings;
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
        Worker worker = new Worker(settings);
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
        return settings.brokers();
    }

    private void serve(Worker worker, CompletableFuture<Void> ended) {
        try {
            worker.serve(this::respond);
        } finally {
            ended.complete(null);
        }
    }

    /** By the thread that serves: hands it on. */
    private Response respond(Request request) {
        UploadPart part = request.part();
        if (part != null) {
            uploads.add(request, part);
        } else if (request.method().equals("WEBSOCKET_HANDSHAKE")) {
            return Response.text("Not Implemented\n").withStatus(501);
        } else if (request.version().isEmpty()) {
            request.close();
        } else {
            return begin(request);
        }
        return Response.none();
    }

    private Response begin(Request request) {
        MetaData.Request head;
        try {
            head = RequestHead.read(request, configuration);
        } catch (HttpException.RuntimeException | IllegalArgumentException e) {
            return Response.text("Bad Request\n").withStatus(400);
        }
        boolean closes = RequestHead.closes(request);
        boolean http11 = head.getHttpVersion() == HttpVersion.HTTP_1_1;
        BrokerConnection connection = new BrokerConnection(request, this, configuration, !closes);
        HttpChannel channel = channels.newHttpChannel(connection);
        RequestContent content = RequestContent.of(request, uploads, getByteBufferPool());
        AnswerFraming framing = new AnswerFraming(http11, request.method().equals("HEAD"), closes);
        Answer answer = request.answer();
        BrokerStream stream = new BrokerStream(answer, content, framing, channel, getExecutor());
        channel.setHttpStream(stream);
        Runnable task = channel.onRequest(head);
        try {
            getExecutor().execute(task);
        } catch (RejectedExecutionException e) {
            answer.close();
            content.closing().run();
            return Response.text("Service Unavailable\n").withStatus(503);
        }
        answer.onGone(stream::onGone);
        return Response.none();
    }

    private static HttpConfiguration plain() {
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        return configuration;
    }
}
