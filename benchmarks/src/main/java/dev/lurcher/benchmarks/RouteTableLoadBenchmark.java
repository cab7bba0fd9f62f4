package dev.lurcher.benchmarks;

import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.route.RouteTable;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Compiling the table of a server with 100,000 routes; bytes per operation are what that allocates. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RouteTableLoadBenchmark {
    private static final int ROUTES = 100_000;

    private final Server plain = SampleRoutes.server(ROUTES, "");
    private final Server patterns = SampleRoutes.server(ROUTES, "([0-9]+)$");

    /** Routes that are prefixes. */
    @Benchmark
    public RouteTable plain() {
        return RouteTable.of(plain, true);
    }

    /** Routes with a pattern each. */
    @Benchmark
    public RouteTable patterns() {
        return RouteTable.of(patterns, true);
    }
}
