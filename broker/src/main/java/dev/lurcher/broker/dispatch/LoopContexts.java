package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.protocol.ExtendedReply;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The {@link LoopContext} of each event loop. Immutable, any thread. */
public final class LoopContexts {
    private final LoopContext[] contexts;
    private final List<LoopContext> all;

    /**
     * Creates a context per loop and starts the sweep of its deadlines.
     *
     * @param maxTargets most connections one reply may name (setting {@code limits.handler_targets})
     */
    public LoopContexts(EventLoops loops, int maxTargets) {
        int seed = new SecureRandom().nextInt();
        contexts = new LoopContext[loops.all().size()];
        for (int i = 0; i < contexts.length; i++) {
            EventLoop loop = loops.all().get(i);
            LoopContext context = new LoopContext(loop, i, contexts.length, maxTargets, seed);
            contexts[i] = context;
            loop.scheduleAtFixedRate(
                    context::sweep, Deadlines.SWEEP_MILLIS, Deadlines.SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
        this.all = List.of(contexts);
    }

    /** Takes contexts whose deadlines somebody else sweeps. */
    LoopContexts(LoopContext... contexts) {
        this.contexts = contexts.clone();
        this.all = List.of(contexts);
    }

    /** The context of a loop of this broker. */
    public LoopContext of(EventLoop loop) {
        for (LoopContext context : contexts) {
            if (context.loop().equals(loop)) {
                return context;
            }
        }
        throw new IllegalArgumentException(loop + " is no loop of this broker");
    }

    /** The context on which the connection with this id lives, if there is such a connection at all. */
    LoopContext ofConnection(int id) {
        return contexts[id % contexts.length];
    }

    /**
     * Ends the connection of a client at once, as if a worker asked for that. Any thread.
     *
     * @param id 0 and more
     * @return whether a client has this id
     */
    public Future<Boolean> cancel(int id) {
        LoopContext context = ofConnection(id);
        return context.loop().submit(() -> {
            Client client = context.client(id);
            if (client != null) {
                client.onExtended(new ExtendedReply.Control(false, 0, true));
            }
            return client != null;
        });
    }

    /** All contexts. */
    public List<LoopContext> all() {
        return all;
    }
}
