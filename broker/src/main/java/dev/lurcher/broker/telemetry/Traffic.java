package dev.lurcher.broker.telemetry;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The requests of all routes. Each event loop counts in a lane of its own, which nobody else writes to; whoever asks gets the sum.
 * <p>Thread: any.
 */
public final class Traffic {
    /** As many routes are told apart; what goes to others is counted together. */
    static final int MOST_ROUTES = 1000;

    private final Set<RouteKey> admitted = new HashSet<>();
    private volatile TrafficLane[] lanes = {};

    Traffic() {}

    /**
     * The lane of an event loop.
     *
     * @param loop its place among all, from 0
     */
    public TrafficLane lane(int loop) {
        TrafficLane[] there = lanes;
        return loop < there.length ? there[loop] : added(loop);
    }

    private synchronized TrafficLane added(int loop) {
        TrafficLane[] there = lanes;
        if (loop >= there.length) {
            TrafficLane[] more = Arrays.copyOf(there, loop + 1);
            Arrays.setAll(more, i -> i < there.length ? there[i] : new TrafficLane(this::admit));
            lanes = more;
        }
        return lanes[loop];
    }

    private synchronized RouteKey admit(RouteKey key) {
        if (admitted.contains(key)) {
            return key;
        } else if (admitted.size() >= MOST_ROUTES) {
            return RouteKey.OTHERS;
        }
        admitted.add(key);
        return key;
    }

    /** The figures of each route that has had a request, by host and path. */
    public Map<RouteKey, RouteFigures> byRoute() {
        Map<RouteKey, RouteFigures> figures =
                new TreeMap<>(Comparator.comparing(RouteKey::host).thenComparing(RouteKey::route));
        for (TrafficLane lane : lanes) {
            for (RouteTraffic each : lane.all()) {
                each.addTo(figures.computeIfAbsent(each.key(), key -> new RouteFigures()));
            }
        }
        return figures;
    }

    /** The figures of all routes together. */
    RouteFigures total() {
        RouteFigures total = new RouteFigures();
        for (TrafficLane lane : lanes) {
            for (RouteTraffic each : lane.all()) {
                each.addTo(total);
            }
        }
        return total;
    }

    /** Requests that have begun. */
    public long begun() {
        long sum = 0;
        for (TrafficLane lane : lanes) {
            sum += lane.begun();
        }
        return sum;
    }

    /** Bytes that have come from clients. */
    public long receivedBytes() {
        long sum = 0;
        for (TrafficLane lane : lanes) {
            sum += lane.receivedBytes();
        }
        return sum;
    }
}
