package dev.lurcher.worker.httpserver;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Gives a program that calls {@link HttpServer#create} a {@link BrokerHttpServer}, without a change of it:
 *
 * <pre>
 * LURCHER_CONFIG=config.sqlite LURCHER_HANDLER=NAME java
 *     -Dcom.sun.net.httpserver.HttpServerProvider=dev.lurcher.worker.httpserver.BrokerHttpServerProvider ...
 * </pre>
 *
 * <p>The broker is named in the environment, as {@link WorkerBuilder#arguments} has it.
 */
public final class BrokerHttpServerProvider extends HttpServerProvider {
    /** Called by the JDK. */
    public BrokerHttpServerProvider() {}

    @Override
    public HttpServer createHttpServer(@Nullable InetSocketAddress address, int backlog) {
        BrokerHttpServer server = BrokerHttpServer.create(Worker.builder().environment());
        if (address != null) {
            server.bind(address, backlog);
        }
        return server;
    }

    /** TLS is the broker's. */
    @Override
    public HttpsServer createHttpsServer(@Nullable InetSocketAddress address, int backlog) throws IOException {
        throw new IOException("TLS is the broker's business: create a plain HttpServer");
    }
}
