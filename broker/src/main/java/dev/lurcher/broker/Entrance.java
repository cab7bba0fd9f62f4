package dev.lurcher.broker;

import dev.lurcher.broker.config.Place;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.http.HttpListener;
import dev.lurcher.broker.loop.BindFault;
import dev.lurcher.broker.loop.EventLoops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;

/**
 * Where clients connect: binds the listener to the address of a configuration, and to another when that changes.
 * <p>Thread: one at a time, which may wait.
 */
final class Entrance {
    private final HttpListener listener;
    private final EventLoops loops;
    private volatile InetSocketAddress address;
    private String bindAddress;
    private int port;

    /** @throws StartException where the address cannot be had */
    Entrance(HttpListener listener, EventLoops loops, Server server) {
        this.listener = listener;
        this.loops = loops;
        this.bindAddress = server.bindAddress();
        this.port = server.port();
        this.address = listen(server);
    }

    /** With the real port when 0 was configured. */
    InetSocketAddress address() {
        return address;
    }

    HttpListener listener() {
        return listener;
    }

    /**
     * Listens at the address of another configuration, where that is another, and lets go of the one before.
     *
     * @throws StartException where it cannot be had; everything is as it was then
     */
    void move(Server server) {
        if (server.port() != port || !server.bindAddress().equals(bindAddress)) {
            address = listen(server);
            bindAddress = server.bindAddress();
            port = server.port();
        }
    }

    private InetSocketAddress listen(Server server) {
        try {
            InetAddress bind = InetAddress.getAllByName(server.bindAddress())[0];
            return listener.bind(loops, new InetSocketAddress(bind, server.port()))
                    .toCompletableFuture()
                    .join();
        } catch (UnknownHostException e) {
            throw new StartException("server row " + server.row() + ": bind_addr \"" + server.bindAddress()
                    + "\" is no address. Fix: write 127.0.0.1, 0.0.0.0 or another address of this machine.");
        } catch (CompletionException e) {
            BindFault fault = BindFault.of(e.getCause(), server.port());
            throw new StartException(new Place("server", server.row(), "port") + ": cannot listen on "
                    + server.bindAddress() + ":" + server.port() + ": " + fault.reason() + ". Fix: " + fix(fault)
                    + ".");
        }
    }

    private static String fix(BindFault fault) {
        return switch (fault.kind()) {
            case IN_USE -> "stop what listens there, or choose another port (server.port)";
            case NOT_ALLOWED -> "choose a port above 1023 (server.port), or allow this user to bind lower ones";
            case NOT_HERE -> "write an address of this machine, or 0.0.0.0 for all of them (server.bind_addr)";
            case NO_DIRECTORY, OTHER -> "correct server.bind_addr and server.port";
        };
    }
}
