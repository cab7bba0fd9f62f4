package dev.lurcher.broker;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.zmtp.Security;
import dev.lurcher.broker.zmtp.ZmtpListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The endpoints of all handlers, over all reloads: those in use, those that only let their last requests finish, and those that
 * are closing.
 * <p>Thread: changed by one thread at a time that may wait; {@link #closeUnused} by an event loop.
 */
final class Handlers {
    private static final Logger LOG = LoggerFactory.getLogger(Handlers.class);
    private static final long CLOSE_SECONDS = 5;

    private final Ground ground;

    /** By what they are bound to, in the order of the routes. */
    private volatile Map<String, HandlerEndpoints> used = Map.of();

    private final Map<String, Leaving> leaving = new ConcurrentHashMap<>();
    private final Map<String, CompletionStage<Void>> closing = new ConcurrentHashMap<>();

    /** Endpoints to which no route leads any more. */
    record Leaving(HandlerEndpoints endpoints, long untilNanos) {}

    Handlers(Ground ground) {
        this.ground = ground;
    }

    /**
     * What a configuration asks for, all of it bound. Nothing of what is in use has changed.
     *
     * @param next all that will be in use
     * @param opened those of them that are new
     * @param revived those of them that were leaving
     * @param pools the pool of each handler
     * @param rules whom those that will be in use let in
     */
    record Plan(
            Map<String, HandlerEndpoints> next,
            Map<String, HandlerEndpoints> opened,
            Map<String, Leaving> revived,
            IdentityHashMap<Target.Handler, HandlerPool> pools,
            Map<String, Security> rules) {}

    /** The handlers to which routes lead, those with the same pair of endpoints together. */
    static Map<String, List<Target.Handler>> byEndpoints(Server server) {
        Map<String, List<Target.Handler>> byEndpoints = new LinkedHashMap<>();
        for (Host host : server.hosts()) {
            for (Route route : host.routes()) {
                if (route.target() instanceof Target.Handler handler) {
                    byEndpoints
                            .computeIfAbsent(handler.sendSpec() + " " + handler.recvSpec(), pair -> new ArrayList<>())
                            .add(handler);
                }
            }
        }
        return byEndpoints;
    }

    /**
     * Binds what a configuration asks for and is not there.
     *
     * @throws StartException where something cannot be bound; nothing is kept of it then
     */
    Plan plan(Configuration configuration) {
        Plan plan = new Plan(
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new IdentityHashMap<>(),
                new HashMap<>());
        SecurityRules rules = new SecurityRules(configuration);
        try {
            byEndpoints(configuration.server()).forEach((pair, sharing) -> {
                plan.rules().put(pair, rules.of(configuration.admissions().of(sharing.get(0))));
                HandlerEndpoints endpoints = endpoints(pair, sharing.get(0), configuration, plan);
                plan.next().put(pair, endpoints);
                sharing.forEach(each -> plan.pools().put(each, endpoints.pool()));
            });
            return plan;
        } catch (RuntimeException | Error e) {
            cancel(plan);
            throw e;
        }
    }

    private HandlerEndpoints endpoints(String pair, Target.Handler first, Configuration configuration, Plan plan) {
        HandlerEndpoints present = used.get(pair);
        if (present != null) {
            return present;
        }
        Leaving last = leaving.remove(pair);
        if (last != null) {
            plan.revived().put(pair, last);
            return last.endpoints();
        }
        closing.values().forEach(Handlers::await);
        HandlerEndpoints opened = HandlerEndpoints.open(first, configuration.settings(), ground, rulesOf(plan, pair));
        plan.opened().put(pair, opened);
        return opened;
    }

    private static Security rulesOf(Plan plan, String pair) {
        return Objects.requireNonNull(plan.rules().get(pair), pair);
    }

    /** Undoes a plan that nothing has come of. */
    void cancel(Plan plan) {
        plan.opened().forEach(this::close);
        leaving.putAll(plan.revived());
        closing.values().forEach(Handlers::await);
    }

    /**
     * Goes over to a plan. To be called when the routes of its configuration are in force.
     *
     * @param drain how long requests for what is not in it may take
     */
    void adopt(Plan plan, Configuration configuration, Duration drain) {
        byEndpoints(configuration.server()).forEach((pair, sharing) -> {
            HandlerEndpoints endpoints = plan.next().get(pair);
            if (endpoints != null) {
                endpoints.adopt(sharing.get(0), configuration.settings(), rulesOf(plan, pair));
            }
        });
        long until = System.nanoTime() + drain.toNanos();
        used.forEach((pair, endpoints) -> {
            if (!plan.next().containsKey(pair)) {
                leaving.put(pair, new Leaving(endpoints, until));
            }
        });
        used = plan.next();
    }

    /**
     * Closes those that were left and have nothing to do any more, or have had their time. To be called some times a second.
     *
     * @param hasRequests whether clients wait for the workers of a pool; completes on any thread
     */
    void closeUnused(Function<HandlerPool, CompletionStage<Boolean>> hasRequests) {
        long now = System.nanoTime();
        leaving.values().forEach(last -> last.endpoints().pool().tick(now));
        leaving.forEach((pair, last) -> hasRequests
                .apply(last.endpoints().pool())
                .thenAccept(has -> {
                    boolean late = System.nanoTime() - last.untilNanos() >= 0;
                    if ((!has || late) && leaving.remove(pair, last)) {
                        if (has) {
                            LOG.warn(
                                    "handler {}: its endpoints are closed; some requests had not finished within limits.drain_time",
                                    last.endpoints().pool().name());
                        } else {
                            LOG.info(
                                    "handler {}: its endpoints are closed",
                                    last.endpoints().pool().name());
                        }
                        close(pair, last.endpoints());
                    }
                }));
    }

    private void close(String pair, HandlerEndpoints endpoints) {
        CompletionStage<Void> closed = endpoints.close();
        closing.put(pair, closed);
        closed.thenRun(() -> closing.remove(pair, closed));
    }

    private static void await(CompletionStage<Void> closed) {
        // That it takes longer is for the next bind to say.
        closed.toCompletableFuture()
                .completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Those in use, in the order of the routes. */
    Collection<HandlerEndpoints> used() {
        return used.values();
    }

    /** All that is bound for those in use. */
    List<ZmtpListener> listeners() {
        return used.values().stream().flatMap(each -> each.bound().stream()).toList();
    }

    /** Those that only let their last requests finish. */
    Collection<HandlerEndpoints> leaving() {
        return leaving.values().stream().map(Leaving::endpoints).toList();
    }

    /** Ends all. */
    void close() {
        used.values().forEach(HandlerEndpoints::close);
        leaving.values().forEach(last -> last.endpoints().close());
    }
}
