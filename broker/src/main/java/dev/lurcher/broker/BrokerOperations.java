package dev.lurcher.broker;

import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.control.ControlException;
import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.broker.control.Operations;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.dispatch.Overseer;
import dev.lurcher.broker.dispatch.PoolFigures;
import dev.lurcher.broker.http.ClientFigures;
import dev.lurcher.broker.http.ClientSurvey;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.telemetry.RequestStory;
import dev.lurcher.broker.telemetry.TelemetryException;
import dev.lurcher.protocol.RequestHead;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What the control port asks, asked of a running broker. */
final class BrokerOperations implements Operations {
    private static final int MOST_WAIT_SECONDS = 5;

    private final Broker broker;
    private final Keeper keeper;

    BrokerOperations(Broker broker, Keeper keeper) {
        this.broker = broker;
        this.keeper = keeper;
    }

    // ---- the server

    @Override
    public Server server() {
        dev.lurcher.broker.config.Server row = broker.configuration().server();
        return new Server(
                row.uuid(),
                broker.address().getPort(),
                row.bindAddress(),
                row.chroot(),
                row.accessLog(),
                row.errorLog(),
                row.pidFile(),
                row.defaultHost());
    }

    @Override
    public List<Connection> connections() {
        List<ClientFigures> all = await(ClientSurvey.of(broker.contexts()).toCompletableFuture());
        return all.stream().map(BrokerOperations::connection).toList();
    }

    private static Connection connection(ClientFigures client) {
        Use use = switch (client.use()) {
            case NONE -> Use.UNKNOWN;
            case HTTP -> Use.HTTP;
            case MESSAGES -> Use.MESSAGES;
            case WEBSOCKET -> Use.WEBSOCKET;
        };
        return new Connection(
                client.id(),
                client.descriptor(),
                use,
                client.startedSeconds(),
                client.readSeconds(),
                client.writtenSeconds(),
                client.bytesRead(),
                client.bytesSent());
    }

    @Override
    public List<Task> tasks() {
        return Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(false, false, 0))
                .filter(Objects::nonNull)
                .sorted(Comparator.comparingLong(ThreadInfo::getThreadId))
                .map(BrokerOperations::task)
                .toList();
    }

    private static Task task(ThreadInfo thread) {
        String status = switch (thread.getThreadState()) {
            case RUNNABLE -> "running";
            case NEW, BLOCKED -> "ready";
            case TERMINATED -> "exiting";
            case WAITING, TIMED_WAITING -> "idle";
        };
        String state = thread.getThreadState().name().toLowerCase(Locale.ROOT);
        return new Task(thread.getThreadId(), thread.isDaemon(), thread.getThreadName(), state, status);
    }

    @Override
    public boolean kill(int connectionId) {
        return await(broker.contexts().cancel(connectionId));
    }

    @Override
    public Map<String, Long> stats() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put(
                "uptime_seconds",
                TimeUnit.MILLISECONDS.toSeconds(
                        ManagementFactory.getRuntimeMXBean().getUptime()));
        all.put("ready", broker.isReady() ? 1L : 0L);
        Map<Counter, Long> counted = broker.counters().all();
        counted.forEach((counter, value) -> all.put(counter.key(), value));
        all.put("under_way", Counters.underWay(counted));
        return all;
    }

    @Override
    public Optional<RequestStory> why(long requestId) {
        return await(broker.memory().find(requestId).toCompletableFuture());
    }

    @Override
    public List<RequestStory> failures(int most) {
        return await(broker.memory().failures(most).toCompletableFuture());
    }

    private static <T> T await(Future<T> answer) {
        try {
            return answer.get(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new ControlException(Code.INTERNAL, "an event loop does not answer.");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControlException(Code.INTERNAL, "the broker was closed meanwhile.");
        }
    }

    // ---- the process

    @Override
    public void stop() {
        keeper.stop();
    }

    @Override
    public Reload reload() {
        ReloadResult result = keeper.reload(broker);
        return new Reload(result.applied(), result.changes(), result.problems(), result.needRestart());
    }

    @Override
    public void reopenLogs() {
        try {
            keeper.reopenLogs();
        } catch (TelemetryException e) {
            throw new ControlException(Code.CANNOT_REOPEN, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void closeControlPort() {
        broker.closeControlPort();
    }

    // ---- handlers, their queues and workers

    private List<HandlerPool> pools() {
        return broker.pools().stream()
                .sorted(Comparator.comparing(HandlerPool::name))
                .toList();
    }

    @Override
    public List<Queue> queues() {
        return queues(pools());
    }

    private static List<Queue> queues(List<HandlerPool> pools) {
        return pools.stream().map(BrokerOperations::queue).toList();
    }

    private static Queue queue(HandlerPool pool) {
        PoolFigures figures = pool.figures();
        Histogram waits = figures.recentWaits();
        int inFlight = 0;
        for (PoolFigures.OfWorker worker : figures.workers()) {
            inFlight += worker.held();
        }
        return new Queue(
                pool.name(),
                figures.queued(),
                figures.queuedBytes(),
                figures.oldestMicros(),
                new Waits(
                        waits.getValueAtPercentile(50), waits.getValueAtPercentile(95), waits.getValueAtPercentile(99)),
                inFlight,
                figures.workers().size(),
                Math.round(figures.answersPerSecond() * 60),
                figures.pausedMillis());
    }

    @Override
    public List<Worker> workers() {
        List<Worker> all = new ArrayList<>();
        for (HandlerPool pool : pools()) {
            all.addAll(workers(pool, pool.figures().workers()));
        }
        return all;
    }

    private static List<Worker> workers(HandlerPool pool, List<PoolFigures.OfWorker> workers) {
        return workers.stream()
                .sorted(Comparator.comparingLong(PoolFigures.OfWorker::number))
                .map(worker -> worker(pool, worker))
                .toList();
    }

    private static Worker worker(HandlerPool pool, PoolFigures.OfWorker worker) {
        return new Worker(
                pool.name(),
                worker.number(),
                worker.name(),
                worker.address(),
                worker.managed(),
                worker.hello().host(),
                worker.hello().pid(),
                worker.hello().application(),
                worker.hello().version(),
                worker.held(),
                worker.overdue(),
                worker.limit() == Integer.MAX_VALUE ? 0 : worker.limit(),
                worker.answered(),
                worker.draining(),
                worker.connectedSeconds());
    }

    @Override
    public List<Waiting> peek(String handler, int most) {
        List<Waiting> all = new ArrayList<>();
        for (HandlerPool pool : named(handler)) {
            pool.overseer().peek(most - all.size()).forEach(each -> all.add(waiting(pool, each)));
        }
        return all;
    }

    private static Waiting waiting(HandlerPool pool, Overseer.Waiting waiting) {
        RequestHead head = waiting.head();
        return new Waiting(
                pool.name(),
                waiting.connectionId(),
                waiting.waitedMicros(),
                head.method(),
                head.path(),
                host(head),
                head.remoteAddress(),
                waiting.contentBytes(),
                waiting.tries());
    }

    private static String host(RequestHead head) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if ("host".contentEquals(head.fieldName(i).toString().toLowerCase(Locale.ROOT))) {
                return head.fieldValue(i);
            }
        }
        return "";
    }

    @Override
    public int drop(@Nullable String handler, Duration older) {
        List<HandlerPool> asked = handler == null ? pools() : named(handler);
        return asked.stream().mapToInt(pool -> pool.overseer().drop(older)).sum();
    }

    @Override
    public List<Queue> pause(Scope scope, String name, Duration most) {
        List<HandlerPool> asked = scoped(scope, name);
        asked.forEach(pool -> pool.overseer().pause(most));
        return queues(asked);
    }

    @Override
    public List<Queue> resume(Scope scope, @Nullable String name) {
        List<HandlerPool> asked = name == null ? pools() : scoped(scope, name);
        return queues(asked.stream().filter(pool -> pool.overseer().resume()).toList());
    }

    private List<HandlerPool> scoped(Scope scope, String name) {
        List<HandlerPool> handlers = scope == Scope.HOST ? List.of() : ofHandler(name);
        List<HandlerPool> found = scope == Scope.HANDLER || !handlers.isEmpty() ? handlers : ofHost(name);
        if (!found.isEmpty()) {
            return found;
        } else if (scope == Scope.HANDLER) {
            throw noSuchHandler(name);
        }
        throw new ControlException(
                Code.NO_SUCH_HOST,
                "no" + (scope == Scope.EITHER ? " handler and no" : "") + " host with a handler is called \"" + name
                        + "\". Fix: take one of the hosts " + hosts() + ", or of the handlers " + handlers() + ".");
    }

    private List<HandlerPool> named(String handler) {
        List<HandlerPool> found = ofHandler(handler);
        if (found.isEmpty()) {
            throw noSuchHandler(handler);
        }
        return found;
    }

    private List<HandlerPool> ofHandler(String name) {
        return pools().stream().filter(pool -> pool.name().equals(name)).toList();
    }

    /** The pools to which routes of the host lead, each once. */
    private List<HandlerPool> ofHost(String name) {
        List<HandlerPool> found = new ArrayList<>();
        for (Host host : broker.configuration().server().hosts()) {
            for (Route route : host.name().equals(name) ? host.routes() : List.<Route>of()) {
                HandlerPool pool = route.target() instanceof Target.Handler handler ? broker.pool(handler) : null;
                if (pool != null && !found.contains(pool)) {
                    found.add(pool);
                }
            }
        }
        return found;
    }

    private String hosts() {
        return String.join(
                ", ",
                broker.configuration().server().hosts().stream().map(Host::name).toList());
    }

    private String handlers() {
        return String.join(", ", pools().stream().map(HandlerPool::name).toList());
    }

    private ControlException noSuchHandler(String name) {
        return new ControlException(
                Code.NO_SUCH_HANDLER, "no handler is called \"" + name + "\". Fix: take one of " + handlers() + ".");
    }

    @Override
    public List<Worker> drain(String worker) {
        return each(worker, Overseer::drain);
    }

    @Override
    public List<Worker> kick(String worker) {
        return each(worker, Overseer::kick);
    }

    /** What is done to chosen workers of one pool; returns which it were. */
    private interface Deed {
        List<PoolFigures.OfWorker> on(Overseer pool, Predicate<PoolFigures.OfWorker> which);
    }

    private List<Worker> each(String asked, Deed deed) {
        List<Worker> done = new ArrayList<>();
        for (HandlerPool pool : pools()) {
            done.addAll(workers(
                    pool,
                    deed.on(
                            pool.overseer(),
                            worker -> worker.name().equals(asked)
                                    || Long.toString(worker.number()).equals(asked))));
        }
        if (done.isEmpty()) {
            throw new ControlException(
                    Code.NO_SUCH_WORKER,
                    "no worker has the number or name \"" + asked
                            + "\". Fix: take a number that the command workers shows.");
        }
        return done;
    }
}
