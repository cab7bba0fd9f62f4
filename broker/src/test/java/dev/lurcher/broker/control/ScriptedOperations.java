package dev.lurcher.broker.control;

import dev.lurcher.broker.telemetry.RequestStory;
import dev.lurcher.protocol.WorkerControl.Hello;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A broker that answers what a test says, and remembers what it was asked to do. */
public final class ScriptedOperations implements Operations {
    final List<String> done = new ArrayList<>();
    Reload reload = new Reload(true, List.of("route row 3 was added"), List.of(), List.of());
    boolean faulty;

    static final Queue QUEUE = new Queue("hello", 3, 120, 2_500_000, new Waits(10, 200, 3000), 7, 2, 90, 0);

    static final RequestStory STORY = new RequestStory(
            0x12,
            Instant.ofEpochSecond(1_795_248_833),
            3,
            "127.0.0.1:40000",
            new RequestStory.Asked("GET", "/a", "HTTP/1.1", null),
            new RequestStory.Way("localhost", 1, "localhost", "/", 2, "handler hello"),
            new RequestStory.Worker("one", new Hello("one", 42, "here", "shop", "1.2", "python", 0), 9, 2, "two"),
            new RequestStory.Times(2_000_000, 500),
            new RequestStory.Answer(504, 120, "refused", "worker_timeout"));

    static final Worker WORKER =
            new Worker("hello", 5, "one", "127.0.0.1:9", true, "here", 42, "shop", "1.2", 2, 1, 0, 17, false, 61);

    @Override
    public Server server() {
        if (faulty) {
            throw new IllegalStateException("a fault");
        }
        return new Server(
                "f400bf85",
                6767,
                "0.0.0.0",
                "",
                "/logs/access.log",
                "/logs/error.log",
                "/run/mongrel2.pid",
                "localhost");
    }

    @Override
    public List<Connection> connections() {
        return List.of(
                new Connection(12, 33, Use.HTTP, 4, 3, 2, 1000, 2000),
                new Connection(-1, 34, Use.UNKNOWN, 1, 0, 0, 0, 0));
    }

    @Override
    public List<Task> tasks() {
        return List.of(new Task(1, false, "loop-1", "runnable", "running"));
    }

    @Override
    public boolean kill(int connectionId) {
        done.add("kill " + connectionId);
        return connectionId == 12;
    }

    @Override
    public Map<String, Long> stats() {
        Map<String, Long> stats = new LinkedHashMap<>();
        stats.put("requests", 7L);
        stats.put("no_route", 1L);
        return stats;
    }

    @Override
    public Optional<RequestStory> why(long requestId) {
        return requestId == STORY.requestId() ? Optional.of(STORY) : Optional.empty();
    }

    @Override
    public List<RequestStory> failures(int most) {
        return List.of(STORY);
    }

    @Override
    public void stop() {
        done.add("stop");
    }

    @Override
    public Reload reload() {
        done.add("reload");
        return reload;
    }

    @Override
    public void reopenLogs() {
        done.add("reopen");
        if (faulty) {
            throw new ControlException(ControlException.Code.CANNOT_REOPEN, "cannot open it");
        }
    }

    @Override
    public void closeControlPort() {
        done.add("close");
    }

    @Override
    public List<Queue> queues() {
        return List.of(QUEUE);
    }

    @Override
    public List<Worker> workers() {
        return List.of(WORKER);
    }

    @Override
    public List<Waiting> peek(String handler, int most) {
        done.add("peek " + handler + " " + most);
        return List.of(new Waiting(handler, 8, 1500, "GET", "/a", "localhost", "127.0.0.1", 0, 1));
    }

    @Override
    public int drop(@Nullable String handler, Duration older) {
        done.add("drop " + handler + " " + older);
        return 2;
    }

    @Override
    public List<Queue> pause(Scope scope, String name, Duration most) {
        done.add("pause " + scope + " " + name + " " + most);
        return List.of(QUEUE);
    }

    @Override
    public List<Queue> resume(Scope scope, @Nullable String name) {
        done.add("resume " + scope + " " + name);
        return List.of();
    }

    @Override
    public List<Worker> drain(String worker) {
        done.add("drain " + worker);
        return List.of(WORKER);
    }

    @Override
    public List<Worker> kick(String worker) {
        done.add("kick " + worker);
        return List.of(WORKER);
    }
}
