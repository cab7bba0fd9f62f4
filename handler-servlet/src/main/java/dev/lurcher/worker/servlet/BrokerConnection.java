package dev.lurcher.worker.servlet;

import dev.lurcher.worker.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.util.Attributes;
import org.jspecify.annotations.Nullable;

/** What is known of the client's connection, for one request of it. Any thread. */
final class BrokerConnection extends Attributes.Lazy implements ConnectionMetaData {
    /** So that no name is ever looked up. */
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.%]*");

    private final Request request;
    private final Connector connector;
    private final HttpConfiguration configuration;
    private volatile boolean persistent;

    /** @param persistent whether the client keeps its connection */
    BrokerConnection(Request request, Connector connector, HttpConfiguration configuration, boolean persistent) {
        this.request = request;
        this.connector = connector;
        this.configuration = configuration;
        this.persistent = persistent;
    }

    /** Content is left over that will not be read. */
    void end() {
        persistent = false;
    }

    @Override
    public String getId() {
        return request.client().broker() + "-" + request.client().connectionId();
    }

    @Override
    public HttpConfiguration getHttpConfiguration() {
        return configuration;
    }

    @Override
    public HttpVersion getHttpVersion() {
        return request.version().equals("HTTP/1.0") ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1;
    }

    @Override
    public String getProtocol() {
        return getHttpVersion().asString();
    }

    /** None: the connection is the broker's. */
    @Override
    public @Nullable Connection getConnection() {
        return null;
    }

    @Override
    public Connector getConnector() {
        return connector;
    }

    @Override
    public boolean isPersistent() {
        return persistent;
    }

    @Override
    public boolean isSecure() {
        return request.scheme().equals("https");
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        String address = request.remoteAddress();
        if (LITERAL.matcher(address).matches()) {
            try {
                return new InetSocketAddress(InetAddress.getByName(address), 0);
            } catch (UnknownHostException e) {
                // No address after all.
            }
        }
        return InetSocketAddress.createUnresolved(address, 0);
    }

    /** What the broker listens at is not told; the request's {@code Host} is what counts. */
    @Override
    public SocketAddress getLocalSocketAddress() {
        return InetSocketAddress.createUnresolved("localhost", isSecure() ? 443 : 80);
    }
}
