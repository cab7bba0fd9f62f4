package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TrafficTest {
    private static final RouteKey ROOT = new RouteKey("h", "/");

    private final Traffic traffic = new Traffic();

    private RouteFigures of(RouteKey key) {
        return Objects.requireNonNull(traffic.byRoute().get(key));
    }

    private static List<String> ends(RouteFigures figures) {
        List<String> ends = new ArrayList<>();
        figures.forEachEnd((status, reason, count) -> ends.add(status + " " + reason + " " + count));
        return ends;
    }

    @Test
    void addsUpWhatTheLoopsCount() {
        String route = "a route";
        for (int loop = 0; loop < 3; loop++) {
            TrafficLane lane = traffic.lane(loop);
            lane.begin();
            lane.received(10);
            RouteTraffic counted = lane.of(route, "h", "/");
            assertSame(counted, lane.of(route, "h", "/"));
            counted.end(200, "", 150, 1000);
            counted.end(503, "no_worker", 2_000_000, 5);
            counted.end(200, "client_gone", 80_000_000, 1);
        }
        traffic.lane(1).of(null, "", "").end(400, "bad_request", 1, 3);

        assertEquals(3, traffic.begun());
        assertEquals(30, traffic.receivedBytes());
        Map<RouteKey, RouteFigures> byRoute = traffic.byRoute();
        assertEquals(List.of(RouteKey.NONE, ROOT), List.copyOf(byRoute.keySet()));
        RouteFigures figures = of(ROOT);
        assertEquals(List.of("2xx  3", "2xx client_gone 3", "5xx no_worker 3"), ends(figures));
        assertEquals(9, figures.ended());
        assertEquals(3018, figures.bytesSent());
        long[] counts = figures.durations().counts();
        assertEquals(3, counts[1], "100 to 250 us");
        assertEquals(3, counts[13], "1 to 2.5 s");
        assertEquals(3, counts[counts.length - 1], "above all bounds");
        assertEquals(9, LongStream.of(counts).sum());
        assertEquals(3 * 82.00015, figures.durations().sumSeconds(), 1e-9);
        assertEquals(List.of("4xx bad_request 1"), ends(of(RouteKey.NONE)));
    }

    @Test
    void countsARouteOfALaterConfigurationWithTheEarlierOfItsName() {
        traffic.lane(0).of(new Object(), "h", "/").end(200, "", 1, 1);
        traffic.lane(0).of(new Object(), "h", "/").end(200, "", 1, 1);
        assertEquals(2, of(ROOT).ended());
    }

    @Test
    void leavesWebSocketsOutOfTheDurations() {
        traffic.lane(0).of("r", "h", "/").end(101, "", 3_600_000_000L, 1);
        RouteFigures figures = of(ROOT);
        assertEquals(List.of("1xx  1"), ends(figures));
        assertEquals(0, figures.durations().count());
    }

    @Test
    void tellsNoMoreThanAThousandRoutesApart() {
        for (int i = 0; i < Traffic.MOST_ROUTES + 50; i++) {
            traffic.lane(i % 2).of("route " + i, "h", "/" + i).end(200, "", 1, 1);
        }
        Map<RouteKey, RouteFigures> byRoute = traffic.byRoute();
        assertEquals(Traffic.MOST_ROUTES + 2, byRoute.size(), "these, what has no route, and the others");
        assertEquals(50, of(RouteKey.OTHERS).ended());
        assertEquals(Traffic.MOST_ROUTES + 50, traffic.total().ended());
    }

    @Test
    void hasARowForEveryReason() {
        Arrays.stream(Counter.values()).filter(Counter::isReason).forEach(reason -> {
            traffic.lane(0).of("r", "h", "/").end(500, reason.key(), 1, 0);
            assertEquals(1, traffic.total().of(reason), reason::key);
        });
    }
}
