package dev.lurcher.benchmarks;

import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.route.RouteTable;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Finding the host and the route of a request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RouteTableBenchmark {
    private static final int PATHS = 4096;

    /** How many routes there are. */
    @Param({"1", "100", "100000"})
    public int routes = 1;

    /** What follows the prefix in each route: nothing, or a pattern. */
    @Param({"", "([0-9]+)$"})
    public String pattern = "";

    /** Whether the table looks up in the strict way. */
    @Param({"true", "false"})
    public boolean strict = true;

    private RouteTable table = RouteTable.of(SampleRoutes.server(1, ""), true);
    private final String[] paths = new String[PATHS];
    private int next;

    /** Compiles the table and chooses paths all over it, so that the processor's caches do not hide its size. */
    @Setup
    public void prepare() {
        table = RouteTable.of(SampleRoutes.server(routes, pattern), strict);
        Random random = new Random(1);
        for (int i = 0; i < PATHS; i++) {
            int route = random.nextInt(routes);
            paths[i] = SampleRoutes.prefix(route) + random.nextInt(1000);
            Route found = table.host(SampleRoutes.HOST).find(paths[i]);
            if (found == null || found.row() != route + 1L) {
                throw new IllegalStateException(paths[i] + " found " + found);
            }
        }
    }

    /** One of the paths, each time another. */
    @Benchmark
    public @Nullable Route find() {
        next = (next + 1) % PATHS;
        return table.host(SampleRoutes.HOST).find(paths[next]);
    }
}
