package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.loop.EventLoops;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What became of the latest requests, and for longer of those that failed, so that somebody can be told who asks why.
 * <p>Each event loop has three rings of its own: of all requests, of those that the broker refused for a fault of the client, and of
 * those that failed otherwise; a flood of the one kind leaves the others alone. What is asked for is looked up on the loops.
 * <p>Thread: {@link #remember} on the loop of the exchange; the others any.
 */
public final class RequestMemory {
    private final List<OfLoop> loops = new ArrayList<>();

    /** What one loop remembers. */
    private record OfLoop(EventLoop loop, RequestRing latest, RequestRing refused, RequestRing failed) {
        @Nullable
        RequestSlot find(long requestId) {
            RequestSlot slot = latest.find(requestId);
            slot = slot == null ? failed.find(requestId) : slot;
            return slot == null ? refused.find(requestId) : slot;
        }
    }

    /**
     * Begins to remember.
     *
     * @param requests how many of the latest requests, of all loops together
     * @param failures how many that were refused, and how many that failed otherwise, likewise
     */
    public RequestMemory(EventLoops loops, int requests, int failures) {
        int count = loops.all().size();
        for (EventLoop loop : loops.all()) {
            this.loops.add(new OfLoop(
                    loop,
                    new RequestRing(Math.ceilDiv(requests, count)),
                    new RequestRing(Math.ceilDiv(failures, count)),
                    new RequestRing(Math.ceilDiv(failures, count))));
        }
    }

    /** Remembers an exchange that has ended. */
    public void remember(RememberedExchange exchange) {
        OfLoop of = loops.get(exchange.loop());
        of.latest.take(exchange);
        int status = exchange.status();
        if (status >= 200 && status < 400 && exchange.reason().isEmpty()) {
            return;
        } else if (status >= 400 && status < 500) {
            if (!exchange.reason().isEmpty()) {
                of.refused.take(exchange);
            }
        } else if (status >= 500 || status == 0 || !exchange.reason().isEmpty()) {
            of.failed.take(exchange);
        }
    }

    /** What became of a request, if it is remembered; completed on an event loop. */
    public CompletionStage<Optional<RequestStory>> find(long requestId) {
        return onAll(of -> {
                    RequestSlot slot = of.find(requestId);
                    return slot == null ? List.of() : List.of(slot);
                })
                .thenApply(found -> found.stream().findFirst());
    }

    /**
     * The latest that failed, newest first; completed on an event loop.
     *
     * @param most so many at most
     */
    public CompletionStage<List<RequestStory>> failures(int most) {
        return onAll(of -> of.failed.latest(most))
                .thenApply(found -> found.stream()
                        .sorted(Comparator.comparing(RequestStory::began).reversed())
                        .limit(most)
                        .toList());
    }

    private CompletionStage<List<RequestStory>> onAll(Function<OfLoop, List<RequestSlot>> ask) {
        long now = System.nanoTime();
        Instant wall = Instant.now();
        CompletionStage<List<RequestStory>> all = CompletableFuture.completedStage(List.of());
        for (OfLoop of : loops) {
            Supplier<List<RequestStory>> asked = () ->
                    ask.apply(of).stream().map(slot -> slot.story(now, wall)).toList();
            all = all.thenCombine(CompletableFuture.supplyAsync(asked, of.loop), (some, more) -> {
                List<RequestStory> both = new ArrayList<>(some);
                both.addAll(more);
                return both;
            });
        }
        return all;
    }
}
