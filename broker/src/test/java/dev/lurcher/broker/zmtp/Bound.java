package dev.lurcher.broker.zmtp;

import dev.lurcher.broker.loop.EventLoops;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A listener with event loops of its own, and a recorder of what it tells. */
final class Bound implements AutoCloseable {
    final EventLoops loops;
    final Recorder recorder;
    final ZmtpListener listener;

    private Bound(EventLoops loops, Endpoint endpoint, Role role, ZmtpSettings settings, Recorder recorder) {
        this.loops = loops;
        this.recorder = recorder;
        this.listener = ZmtpListener.bind(loops, endpoint, role, recorder, settings)
                .toCompletableFuture()
                .orTimeout(Await.DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    static Bound to(String endpoint, EventLoops.Transport transport, Role role, ZmtpSettings settings) {
        EventLoops loops = EventLoops.start(2, transport);
        try {
            return new Bound(loops, Endpoint.parse(endpoint), role, settings, new Recorder());
        } catch (RuntimeException e) {
            loops.close();
            throw e;
        }
    }

    /** Why an endpoint cannot be bound. */
    static ZmtpException refusal(String endpoint, EventLoops.Transport transport) {
        try (Bound bound = to(endpoint, transport, new Role.Control(), ZmtpSettings.defaults())) {
            throw new AssertionError(bound.endpoint() + " was bound");
        } catch (CompletionException e) {
            if (e.getCause() instanceof ZmtpException refusal) {
                return refusal;
            }
            throw e;
        }
    }

    /** On a free port of 127.0.0.1. */
    static Bound to(EventLoops.Transport transport, Role role, ZmtpSettings settings) {
        return to("tcp://127.0.0.1:0", transport, role, settings);
    }

    /** On a free port of 127.0.0.1, for those whom the rules let in. */
    static Bound to(Role role, Security security) {
        return to(EventLoops.Transport.EPOLL, role, ZmtpSettings.defaults().withSecurity(security));
    }

    static Bound to(Role role) {
        return to(EventLoops.Transport.EPOLL, role, ZmtpSettings.defaults());
    }

    Endpoint endpoint() {
        return listener.endpoint();
    }

    long count(ZmtpCounters.Event event) {
        return listener.counters().count(event);
    }

    /** Runs something on the peer's event loop and waits for it. */
    static void on(Peer peer, Runnable task) {
        peer.loop().submit(task).syncUninterruptibly();
    }

    static void send(Peer peer, String... frames) {
        on(peer, () -> {
            for (int i = 0; i < frames.length; i++) {
                byte[] frame = frames[i].getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
                peer.send(frame, 0, frame.length, i + 1 < frames.length);
            }
        });
    }

    @Override
    public void close() {
        listener.close()
                .toCompletableFuture()
                .orTimeout(Await.DEADLINE_SECONDS, TimeUnit.SECONDS)
                .join();
        loops.close();
    }
}
