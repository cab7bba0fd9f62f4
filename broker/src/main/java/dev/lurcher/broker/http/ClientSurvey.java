package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.dispatch.LoopContexts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.channel.unix.UnixChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all client connections of one loop, some at a time, so that the requests of the others need not wait. The kernel keeps
 * the times at which bytes come and go; asking it costs nothing until somebody does.
 * <p>Thread: the loop's.
 */
public final class ClientSurvey {
    private static final int AT_ONCE = 256;

    private final LoopContext context;
    private final List<HttpConnection> connections = new ArrayList<>();
    private final List<ClientFigures> figures = new ArrayList<>();
    private final CompletableFuture<List<ClientFigures>> done = new CompletableFuture<>();
    private int next;

    private ClientSurvey(LoopContext context) {
        this.context = context;
    }

    /** The figures of all connections there are; those that come or go meanwhile are among them or not. Any thread. */
    public static CompletionStage<List<ClientFigures>> of(LoopContexts contexts) {
        CompletionStage<List<ClientFigures>> all = CompletableFuture.completedStage(new ArrayList<>());
        for (LoopContext context : contexts.all()) {
            ClientSurvey survey = new ClientSurvey(context);
            context.loop().execute(survey::begin);
            all = all.thenCombine(survey.done, (before, more) -> {
                before.addAll(more);
                return before;
            });
        }
        return all;
    }

    private void begin() {
        context.deadlines().forEach(owner -> {
            if (owner instanceof ConnectionDeadlines of) {
                connections.add(of.connection());
            }
        });
        look();
    }

    private void look() {
        long now = System.nanoTime();
        int end = Math.min(connections.size(), next + AT_ONCE);
        for (; next < end; next++) {
            HttpConnection connection = connections.get(next);
            if (connection.answer().channel().isOpen()) {
                figures.add(figures(connection, now));
            }
        }
        if (next < connections.size()) {
            context.loop().execute(this::look);
        } else {
            done.complete(figures);
        }
    }

    private static ClientFigures figures(HttpConnection connection, long now) {
        Channel channel = connection.answer().channel();
        long read = connection.receivedBytes();
        long sent = connection.sentBytes();
        EpollTcpInfo times = times(channel);
        return new ClientFigures(
                connection.clientId(),
                channel instanceof UnixChannel unix ? unix.fd().intValue() : -1,
                connection.use(),
                TimeUnit.NANOSECONDS.toSeconds(now - connection.activeNanos()),
                times == null || read == 0 ? 0 : TimeUnit.MILLISECONDS.toSeconds(times.lastDataRecv()),
                times == null || sent == 0 ? 0 : TimeUnit.MILLISECONDS.toSeconds(times.lastDataSent()),
                read,
                sent);
    }

    private static @Nullable EpollTcpInfo times(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel epoll ? epoll.tcpInfo() : null;
        } catch (ChannelException gone) {
            return null;
        }
    }
}
