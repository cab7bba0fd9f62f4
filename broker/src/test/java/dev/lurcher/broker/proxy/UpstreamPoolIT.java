package dev.lurcher.broker.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ProxyLimits;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.proxy.UpstreamException.Fault;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedOrigin;
import dev.lurcher.protocol.testing.Head;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How connections come about: names, addresses, and who gets which connection. */
class UpstreamPoolIT {
    private final EventLoops loops = EventLoops.start(1);
    private final EventLoop loop = loops.all().get(0);
    private final Deadlines deadlines = new Deadlines();
    private final Counters counters = new Counters();

    @AfterEach
    void stop() {
        loops.close();
    }

    /** Collects an answer. */
    private static final class Answer extends CompletableFuture<String> implements AnswerListener {
        private final StringBuilder content = new StringBuilder();

        @Override
        public void onInterim(UpstreamHead head) {}

        @Override
        public void onHead(UpstreamHead head) {
            content.append(head.status()).append(' ');
        }

        @Override
        public void onContent(ByteBuf bytes) {
            content.append(bytes.toString(ISO_8859_1));
            bytes.release();
        }

        @Override
        public void onEnd(FieldLines trailers) {
            complete(content.toString());
        }

        @Override
        public void onRoom() {}

        @Override
        public void onSwitch(UpstreamHead head, Tunnel tunnel) {}

        @Override
        public void onFailed(UpstreamException why) {
            complete(why.fault().name());
        }

        String text() throws Exception {
            return get(10, TimeUnit.SECONDS);
        }
    }

    private Upstream upstream(String name, int port, Names names, String connectTimeout) {
        Settings settings = new Settings(Map.of(Setting.PROXY_CONNECT_TIMEOUT, connectTimeout));
        return new Upstream(new Target.Proxy(1, name, port, ProxyLimits.of(settings)), loops, names, counters);
    }

    private Answer get(Upstream upstream) throws Exception {
        Answer answer = new Answer();
        loop.submit(() -> offer(upstream, answer).whole()).get();
        return answer;
    }

    private UpstreamExchange offer(Upstream upstream, AnswerListener listener) {
        UpstreamRequest request = new UpstreamRequest(new Head(Map.of(), List.of(), null), 0, true);
        return Objects.requireNonNull(upstream.on(loop, deadlines).offer(request, listener));
    }

    private Names always(InetSocketAddress... addresses) {
        return (name, port, asking) -> asking.newSucceededFuture(List.of(addresses));
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void findsANameInTheHostsFile() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("hi"));
                DnsNames names = new DnsNames(loops)) {
            assertEquals(
                    "200 hi",
                    get(upstream("localhost", origin.port(), names, "5s")).text());
        }
    }

    @Test
    void saysThatANameHasNoAddress() throws Exception {
        Names none = (name, port, asking) -> asking.newFailedFuture(new UnknownHostException(name));
        assertEquals(
                Fault.UNREACHABLE.name(),
                get(upstream("nowhere", 80, none, "5s")).text());
        assertEquals(0, counters.get(Counter.UPSTREAM_OPEN));
    }

    @Test
    void tellsNobodyOfAFailureBeforeHeHasTheExchange() throws Exception {
        Upstream upstream = upstream(
                "nowhere", 80, (name, port, asking) -> asking.newFailedFuture(new UnknownHostException(name)), "5s");
        Answer answer = new Answer();
        boolean told = loop.submit(() -> {
                    offer(upstream, answer);
                    return answer.isDone();
                })
                .get();
        assertFalse(told);
        assertEquals(Fault.UNREACHABLE.name(), answer.text());
    }

    @Test
    void triesOneAddressAfterTheOther() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("hi"));
                ServerSocket gone = new ServerSocket(0)) {
            int closed = gone.getLocalPort();
            gone.close();
            Names several = always(loopback(closed), loopback(closed), loopback(origin.port()));
            assertEquals("200 hi", get(upstream("www", 80, several, "5s")).text());
            assertEquals(1, origin.connections());
        }
    }

    @Test
    void doesNotHoldUpTheLoopWhileANameIsLookedUp() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin().serve(head -> ScriptedOrigin.ok("hi"))) {
            Promise<List<InetSocketAddress>> slow = loop.newPromise();
            Answer waiting = get(upstream("slow", origin.port(), (name, port, asking) -> slow, "5s"));
            assertEquals(
                    "200 hi",
                    get(upstream("127.0.0.1", origin.port(), always(), "5s")).text());
            assertEquals(1, origin.connections());
            slow.setSuccess(List.of(loopback(origin.port())));
            assertEquals("200 hi", waiting.text());
        }
    }

    @Test
    void keepsTheConnectionThatACancelledRequestHadAskedFor() throws Exception {
        try (ScriptedOrigin origin = new ScriptedOrigin()) {
            Promise<List<InetSocketAddress>> slow = loop.newPromise();
            Upstream upstream = upstream("slow", 80, (name, port, asking) -> slow, "5s");
            Answer gone = new Answer();
            loop.submit(() -> offer(upstream, gone).cancel()).get();
            slow.setSuccess(List.of(loopback(origin.port())));
            RawClient connection = origin.accept();
            // The kernel knows of it before the pool does.
            Await.until("the connection is made", () -> counters.get(Counter.UPSTREAM_OPEN) == 1);
            Answer next = get(upstream);
            assertTrue(connection.head().startsWith("GET / "));
            connection.send(ScriptedOrigin.ok("hi"));
            assertEquals("200 hi", next.text());
            assertEquals(1, origin.connections());
            assertFalse(gone.isDone());
        }
    }

    @Test
    void doesNotWaitForEverForAConnection() throws Exception {
        // A listener whose backlog is full answers nobody.
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> filling = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket();
                filling.add(socket);
                try {
                    socket.connect(full.getLocalSocketAddress(), 50);
                } catch (SocketTimeoutException nobodyAnswers) {
                    break;
                }
            }
            assertEquals(
                    Fault.TIMEOUT.name(),
                    get(upstream("127.0.0.1", full.getLocalPort(), always(), "100ms"))
                            .text());
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }
}
