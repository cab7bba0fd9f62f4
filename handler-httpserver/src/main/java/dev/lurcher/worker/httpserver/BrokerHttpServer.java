package dev.lurcher.worker.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Response;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's HTTP server with a worker in the place of its socket: a program that is written for that one runs behind a broker
 * if it takes this one.
 *
 * <pre>{@code
 * HttpServer server = BrokerHttpServer.create(Worker.builder().arguments(arguments));
 * server.createContext("/", exchange -> ...);
 * server.start();
 * }</pre>
 *
 * <p>Contexts, filters, authenticators and attributes are as {@link HttpServer} has them; paths are those that the client
 * sent, not shortened by the route. A process that is asked to end answers what it has taken.
 *
 * <p>Thread: any.
 */
public final class BrokerHttpServer extends HttpServer {
    private final WorkerBuilder builder;
    private final List<BrokerContext> contexts = new CopyOnWriteArrayList<>();
    private @Nullable InetSocketAddress address;
    private @Nullable Executor given;
    private Executor executor = Runnable::run;
    private @Nullable Worker worker;
    private @Nullable Thread thread;

    private BrokerHttpServer(WorkerBuilder builder) {
        this.builder = builder;
    }

    /**
     * A server that serves one worker's brokers once it is started.
     *
     * @param builder makes the worker; it needs no threads, {@link #setExecutor} is for that
     */
    public static BrokerHttpServer create(WorkerBuilder builder) {
        return new BrokerHttpServer(builder);
    }

    /** Only remembers the address: clients come by the broker. */
    @Override
    public synchronized void bind(InetSocketAddress bound, int backlog) {
        address = bound;
    }

    /** What was bound; null otherwise. */
    @Override
    public synchronized @Nullable InetSocketAddress getAddress() {
        return address;
    }

    @Override
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("server is already started");
        }
        Worker started = builder.build();
        executor = given == null ? ExchangeThreads.executor() : given;
        worker = started;
        thread = new Thread(() -> started.serve(this::respond), "broker-http-server");
        thread.start();
    }

    /**
     * What runs the handlers.
     *
     * @param executor with a thread for each exchange; one that runs them in the calling thread would stand still when a client
     *     is slow. Null for a virtual thread each, or where the JDK has none, a thread.
     */
    @Override
    public synchronized void setExecutor(@Nullable Executor executor) {
        if (thread != null) {
            throw new IllegalStateException("server already started");
        }
        given = executor;
    }

    /** What was set; null otherwise. */
    @Override
    public synchronized @Nullable Executor getExecutor() {
        return given;
    }

    /**
     * Asks the brokers to send nothing new, and waits for what is being answered. What is left then has the worker's time to
     * stop.
     *
     * @param delay seconds
     */
    @Override
    public void stop(int delay) {
        if (delay < 0) {
            throw new IllegalArgumentException("negative delay parameter");
        }
        Thread serving;
        synchronized (this) {
            if (worker != null) {
                worker.stop();
            }
            serving = thread;
        }
        if (serving == null || serving.equals(Thread.currentThread()) || delay == 0) {
            return;
        }
        try {
            TimeUnit.SECONDS.timedJoin(serving, delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public HttpContext createContext(String path, HttpHandler handler) {
        HttpContext context = createContext(path);
        context.setHandler(handler);
        return context;
    }

    @Override
    public synchronized HttpContext createContext(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("Illegal value for path or protocol");
        }
        if (exact(path) != null) {
            throw new IllegalArgumentException("cannot add context to list");
        }
        BrokerContext context = new BrokerContext(this, path);
        contexts.add(context);
        return context;
    }

    @Override
    public synchronized void removeContext(String path) {
        BrokerContext context = exact(Objects.requireNonNull(path));
        if (context == null) {
            throw new IllegalArgumentException("no such context in list");
        }
        contexts.remove(context);
    }

    @Override
    public synchronized void removeContext(HttpContext context) {
        removeContext(context.getPath());
    }

    private @Nullable BrokerContext exact(String path) {
        return contexts.stream()
                .filter(context -> context.getPath().equals(path))
                .findFirst()
                .orElse(null);
    }

    /** The context with the longest path that the request's begins with. */
    private @Nullable BrokerContext context(String path) {
        BrokerContext longest = null;
        for (BrokerContext context : contexts) {
            String prefix = context.getPath();
            if (path.startsWith(prefix)
                    && (longest == null || prefix.length() > longest.getPath().length())) {
                longest = context;
            }
        }
        return longest;
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
        BrokerContext context = context(request.path());
        if (context == null) {
            return refusal(404, "404 Not Found", "No context found for request");
        }
        HttpHandler handler = context.getHandler();
        return handler == null
                ? refusal(500, "500 Internal Server Error", "No handler for context")
                : begin(request, context, handler);
    }

    private Response begin(Request request, BrokerContext context, HttpHandler handler) throws IOException {
        BrokerExchange exchange;
        try {
            exchange = new BrokerExchange(request, context, request.stream());
        } catch (IllegalArgumentException e) {
            return refusal(400, "400 Bad Request", "Bad request");
        }
        try {
            executor.execute(() -> exchange.run(handler));
        } catch (RejectedExecutionException e) {
            exchange.sendResponseHeaders(503, -1);
        }
        return Response.none();
    }

    private static Response refusal(int status, String title, String message) {
        return Response.html("<h1>" + title + "</h1>" + message).withStatus(status);
    }
}
