package dev.lurcher.broker.telemetry;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop counts of its requests.
 * <p>Thread: that loop; figures may be read by any.
 */
public final class TrafficLane {
    /** Past so many, the routes of earlier configurations are forgotten as well; those that are in use come back. */
    private static final int MOST_REMEMBERED = 8192;

    private static final int BEGUN = 8;
    private static final int RECEIVED = 9;

    private final Function<RouteKey, RouteKey> admission;
    private final IdentityHashMap<Object, RouteTraffic> byRoute = new IdentityHashMap<>();
    private final Map<RouteKey, RouteTraffic> byKey = new HashMap<>();
    private final List<RouteTraffic> all = new CopyOnWriteArrayList<>();
    private final RouteTraffic none;

    /** Two cells in the middle: those of another loop's lane are in another cache line. */
    private final AtomicLongArray cells = new AtomicLongArray(24);

    /** @param admission the key under which requests of a key are counted */
    TrafficLane(Function<RouteKey, RouteKey> admission) {
        this.admission = admission;
        none = new RouteTraffic(RouteKey.NONE);
        all.add(none);
        byKey.put(RouteKey.NONE, none);
    }

    /** A request has begun. */
    public void begin() {
        cells.setOpaque(BEGUN, cells.getPlain(BEGUN) + 1);
    }

    /** Bytes have come from a client. */
    public void received(long bytes) {
        cells.setOpaque(RECEIVED, cells.getPlain(RECEIVED) + bytes);
    }

    /**
     * Where requests of a route are counted.
     *
     * @param identity the route, or the host where none was found; null where there is neither. Told apart by identity
     * @param host name of the host
     * @param route path of the route, or empty
     */
    public RouteTraffic of(@Nullable Object identity, String host, String route) {
        if (identity == null) {
            return none;
        }
        RouteTraffic known = byRoute.get(identity);
        return known == null ? found(identity, new RouteKey(host, route)) : known;
    }

    private RouteTraffic found(Object identity, RouteKey key) {
        if (byRoute.size() >= MOST_REMEMBERED) {
            byRoute.clear();
        }
        RouteTraffic traffic = byKey.computeIfAbsent(admission.apply(key), counted -> {
            RouteTraffic made = new RouteTraffic(counted);
            all.add(made);
            return made;
        });
        byRoute.put(identity, traffic);
        return traffic;
    }

    long begun() {
        return cells.getOpaque(BEGUN);
    }

    long receivedBytes() {
        return cells.getOpaque(RECEIVED);
    }

    /** What there is so far. Any thread. */
    List<RouteTraffic> all() {
        return all;
    }
}
