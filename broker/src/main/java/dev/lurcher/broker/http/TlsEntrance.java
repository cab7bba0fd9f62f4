package dev.lurcher.broker.http;

import dev.lurcher.broker.dispatch.LoopContext;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.tls.Certificates;
import dev.lurcher.protocol.Fields;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where the clients of a TLS port come in: holds the handshakes that are under way, which are bounded in time and number.
 * <p>Full: the handshake that has taken longest on the loop of the new one is closed, so that clients which only begin keep nobody out.
 * <p>Thread: each connection's event loop.
 */
final class TlsEntrance {
    private final Certificates certificates;
    private final Counters counters;
    private final HttpServer server;
    private final AtomicInteger underWay = new AtomicInteger();

    /** Those of the event loop that asks, the oldest first. */
    private final FastThreadLocal<SequencedSet<TlsHandshake>> here = new FastThreadLocal<>() {
        @Override
        protected SequencedSet<TlsHandshake> initialValue() {
            return new LinkedHashSet<>();
        }
    };

    TlsEntrance(Certificates certificates, HttpServer server) {
        this.certificates = certificates;
        this.counters = server.counters();
        this.server = server;
    }

    /**
     * Takes in a client that has just connected.
     *
     * @param then gets what workers are told about its certificate, when the handshake is complete; it adds handlers to the end of the
     *     pipeline
     */
    void enter(Channel channel, LoopContext context, Consumer<Fields> then) {
        TlsHandshake handshake = new TlsHandshake(this, context.deadlines(), then);
        channel.pipeline().addLast(new ClientHello(certificates, handshake)).addLast(handshake);
    }

    Certificates certificates() {
        return certificates;
    }

    Counters counters() {
        return counters;
    }

    /** When a handshake that begins now must be complete; {@link System#nanoTime()}. */
    long deadline() {
        return System.nanoTime() + server.settings().handshakes().time().toNanos();
    }

    void begun(TlsHandshake handshake) {
        SequencedSet<TlsHandshake> all = here.get();
        counters.increment(Counter.TLS_HANDSHAKES_OPEN);
        if (underWay.incrementAndGet() > server.settings().handshakes().most() && !all.isEmpty()) {
            all.getFirst().crowdOut();
        }
        all.add(handshake);
    }

    void ended(TlsHandshake handshake) {
        if (here.get().remove(handshake)) {
            underWay.decrementAndGet();
            counters.decrement(Counter.TLS_HANDSHAKES_OPEN);
        }
    }

    /** Closes those of the event loop that asks. */
    void drain() {
        new ArrayList<>(here.get()).forEach(TlsHandshake::close);
    }
}
