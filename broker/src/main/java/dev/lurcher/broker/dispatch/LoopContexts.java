package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.loop.Deadlines;
import dev.lurcher.broker.loop.EventLoops;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.util.List;
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
                    () -> context.deadlines().sweep(System.nanoTime()),
                    Deadlines.SWEEP_MILLIS,
                    Deadlines.SWEEP_MILLIS,
                    TimeUnit.MILLISECONDS);
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

    /** All contexts. */
    public List<LoopContext> all() {
        return all;
    }
}
