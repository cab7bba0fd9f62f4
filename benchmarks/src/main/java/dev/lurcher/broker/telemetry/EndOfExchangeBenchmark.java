package dev.lurcher.broker.telemetry;

import dev.lurcher.protocol.WorkerControl.Hello;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is written down of each request: figures of its route, and what became of it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EndOfExchangeBenchmark {
    private static final Object ROUTE = new Object();

    private final Counters counters = new Counters();
    private final TrafficLane lane = counters.traffic().lane(0);
    private final RouteTraffic traffic = lane.of(ROUTE, "localhost", "/");
    private final RequestRing ring = new RequestRing(4096);
    private long micros;

    /** An exchange that was answered by a worker. */
    private static final class Exchange implements RememberedExchange {
        private static final Hello HELLO = new Hello("w", 7, "box", "shop", "2.1", "python", 0);

        private long id;

        @Override
        public String host() {
            return "localhost";
        }

        @Override
        public String route() {
            return "/";
        }

        @Override
        public String handler() {
            return "hello";
        }

        @Override
        public String remoteAddress() {
            return "127.0.0.1";
        }

        @Override
        public int remotePort() {
            return 40_000;
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/some/path";
        }

        @Override
        public @Nullable String query() {
            return null;
        }

        @Override
        public String version() {
            return "HTTP/1.1";
        }

        @Override
        public @Nullable String referer() {
            return null;
        }

        @Override
        public @Nullable String userAgent() {
            return null;
        }

        @Override
        public int status() {
            return 200;
        }

        @Override
        public long bytesSent() {
            return 200;
        }

        @Override
        public long durationMicros() {
            return 500;
        }

        @Override
        public long queueMicros() {
            return 5;
        }

        @Override
        public int connectionId() {
            return 77;
        }

        @Override
        public long requestId() {
            return id++;
        }

        @Override
        public String reason() {
            return "";
        }

        @Override
        public String worker() {
            return "w";
        }

        @Override
        public int tries() {
            return 1;
        }

        @Override
        public int loop() {
            return 0;
        }

        @Override
        public long endedNanos() {
            return id;
        }

        @Override
        public long revision() {
            return 1;
        }

        @Override
        public long hostRow() {
            return 1;
        }

        @Override
        public String matching() {
            return "localhost";
        }

        @Override
        public long routeRow() {
            return 1;
        }

        @Override
        public String targetKind() {
            return "handler";
        }

        @Override
        public String targetName() {
            return "hello";
        }

        @Override
        public Hello hello() {
            return HELLO;
        }

        @Override
        public String earlierWorkers() {
            return "";
        }

        @Override
        public String outcome() {
            return "answered";
        }
    }

    private final Exchange exchange = new Exchange();

    /** Begin and end of a request, by route, with its duration and bytes. */
    @Benchmark
    public void count() {
        micros = micros + 97 & 0xf_ffff;
        lane.begin();
        traffic.end(200, "", micros, 200);
    }

    /** The same figures without route and duration, in adders that all threads share: how it was done before. */
    @Benchmark
    public void countInAdders() {
        counters.increment(Counter.REQUESTS);
        counters.increment(Counter.ANSWERS_2XX);
        counters.add(Counter.BYTES_SENT, 200);
    }

    /** What became of it. */
    @Benchmark
    public void remember() {
        ring.take(exchange);
    }
}
