package dev.lurcher.broker;

import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.DispatchCounters;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.LoopContexts;
import dev.lurcher.broker.dispatch.ReplyRouter;
import dev.lurcher.broker.dispatch.WorkerListener;
import dev.lurcher.broker.http.HttpListener;
import dev.lurcher.broker.http.HttpServer;
import dev.lurcher.broker.http.HttpSettings;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.route.RouteTable;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Role;
import dev.lurcher.broker.zmtp.ZmtpListener;
import dev.lurcher.broker.zmtp.ZmtpSettings;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Throw-away wiring. */
public final class Broker implements AutoCloseable {
    private final EventLoops loops;
    private final List<ZmtpListener> endpoints = new ArrayList<>();
    private final HttpServer server;
    private final HttpListener listener;

    public Broker(RouteTable routes, List<Target.Handler> handlers, HttpSettings settings, int port, int count)
            throws Exception {
        loops = EventLoops.start(count);
        LoopContexts contexts = new LoopContexts(loops, 128);
        Map<Target.Handler, HandlerPool> pools = new IdentityHashMap<>();
        for (Target.Handler h : handlers) {
            HandlerPool pool = new HandlerPool(
                    h.sendIdent(),
                    h.protocol(),
                    h.sendIdent().getBytes(StandardCharsets.US_ASCII),
                    h.limits(),
                    new DispatchCounters());
            pools.put(h, pool);
            endpoints.add(ZmtpListener.bind(
                            loops,
                            Endpoint.parse(h.recvSpec()),
                            new Role.Replies(h.recvIdent().getBytes(StandardCharsets.ISO_8859_1)),
                            new ReplyRouter(pool, contexts, true),
                            ZmtpSettings.defaults())
                    .toCompletableFuture()
                    .get());
            endpoints.add(ZmtpListener.bind(
                            loops,
                            Endpoint.parse(h.sendSpec()),
                            new Role.Requests(false),
                            new WorkerListener(pool, contexts),
                            ZmtpSettings.defaults())
                    .toCompletableFuture()
                    .get());
        }
        server = new HttpServer(
                routes, pools, settings, record -> {}, loops.all().size());
        listener = new HttpListener(server, contexts, 10000);
        listener.bind(loops, new InetSocketAddress("127.0.0.1", port))
                .toCompletableFuture()
                .get();
    }

    @Override
    public void close() {
        server.drain();
        loops.close();
    }
}
