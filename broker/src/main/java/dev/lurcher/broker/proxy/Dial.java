package dev.lurcher.broker.proxy;

import dev.lurcher.broker.proxy.UpstreamException.Fault;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Makes one connection to an upstream: finds its addresses, and tries one after the other.
 * <p>Thread: the event loop.
 */
final class Dial {
    private static final int MOST_ADDRESSES = 8;
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final UpstreamPool pool;
    private final UpstreamExchange exchange;
    private List<InetSocketAddress> addresses = List.of();
    private int next;

    Dial(UpstreamPool pool, UpstreamExchange exchange) {
        this.pool = pool;
        this.exchange = exchange;
    }

    void start() {
        Upstream upstream = pool.upstream();
        InetSocketAddress literal = upstream.literal();
        if (literal != null) {
            addresses = List.of(literal);
            connect();
            return;
        }
        // Even where the answer is known: nobody hears of an exchange that he has not got yet.
        upstream.names()
                .addresses(upstream.target().address(), upstream.target().port(), pool.loop())
                .addListener(
                        (Future<List<InetSocketAddress>> found) -> pool.loop().execute(() -> onFound(found)));
    }

    private void onFound(Future<List<InetSocketAddress>> found) {
        if (found.isSuccess()) {
            List<InetSocketAddress> all = found.getNow();
            addresses = all.subList(0, Math.min(all.size(), MOST_ADDRESSES));
            connect();
        } else {
            fail(Fault.UNREACHABLE, "the upstream's name has no address");
        }
    }

    private void connect() {
        UpstreamConnection connection = new UpstreamConnection(pool);
        ChannelFuture connecting = new Bootstrap()
                .group(pool.loop())
                .channel(pool.upstream().loops().tcpClient())
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        pool.limits().connectTimeout().toMillis())
                // What it has sent before it went is still worth reading, whether it is its end or an early answer.
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_CLOSE, false)
                .handler(connection.inbound())
                .connect(addresses.get(next++));
        connecting.addListener(done -> {
            if (pool.loop().inEventLoop()) {
                onDone(connection, connecting);
            } else {
                // No socket could be made, for want of descriptors say: then it is another thread that tells.
                pool.loop().execute(() -> onDone(connection, connecting));
            }
        });
    }

    private void onDone(UpstreamConnection connection, ChannelFuture done) {
        if (done.isSuccess()) {
            connection.onConnected(done.channel());
            pool.onConnected(connection, exchange);
        } else if (next < addresses.size() && !exchange.isOver()) {
            connect();
        } else if (done.cause() instanceof ConnectTimeoutException) {
            fail(Fault.TIMEOUT, "the upstream does not take the connection");
        } else {
            fail(Fault.UNREACHABLE, "the upstream cannot be reached");
        }
    }

    private void fail(Fault fault, String detail) {
        pool.onUnreachable(exchange, new UpstreamException(fault, detail));
    }
}
