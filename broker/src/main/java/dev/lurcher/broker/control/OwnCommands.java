package dev.lurcher.broker.control;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.broker.control.Operations.Queue;
import dev.lurcher.broker.control.Operations.Scope;
import dev.lurcher.broker.control.Operations.Waiting;
import dev.lurcher.broker.control.Operations.Worker;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that Mongrel2 does not have. */
final class OwnCommands {
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(60);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int USUAL_PEEK = 20;
    private static final int MOST_PEEK = 1000;

    /** In the order in which {@code help what=all} names them. */
    static final List<Command> ALL = List.of(
            Command.look("queue", "queues of handlers, [handler=NAME]", OwnCommands::queue),
            Command.look("peek", "requests that wait, handler=NAME [limit=20]", OwnCommands::peek),
            Command.change("drop", "answer waiting requests with 503, older=10s [handler=NAME]", OwnCommands::drop),
            Command.change("pause", "hold requests, handler=NAME or host=NAME [max=60s]", OwnCommands::pause),
            Command.change("resume", "release held requests, [handler=NAME or host=NAME]", OwnCommands::resume),
            Command.look("workers", "workers, [handler=NAME]", OwnCommands::workers),
            Command.change("drain", "give a worker nothing new, worker=NUMBER or NAME", OwnCommands::drain),
            Command.change("kick", "disconnect a worker, worker=NUMBER or NAME", OwnCommands::kick),
            Command.look("stats", "all that is counted", (arguments, broker) -> stats(broker)),
            Command.look("why", "what became of a request, request=ID", WhyAnswers::why),
            Command.look("failures", "the latest requests that failed, [limit=20]", WhyAnswers::failures),
            Command.change("reopen", "open the log files anew", (arguments, broker) -> reopen(broker)));

    private OwnCommands() {}

    private static Answer queue(Arguments arguments, Operations broker) {
        String handler = arguments.name("handler");
        List<Queue> all = broker.queues().stream()
                .filter(queue -> handler == null || queue.handler().equals(handler))
                .toList();
        if (all.isEmpty() && handler != null) {
            throw noSuchHandler(handler);
        }
        return queues(all);
    }

    private static Answer queues(List<Queue> queues) {
        Answer.Rows rows = Answer.under(
                "handler",
                "depth",
                "bytes",
                "oldest_us",
                "wait_p50_us",
                "wait_p95_us",
                "wait_p99_us",
                "in_flight",
                "workers",
                "answers_per_minute",
                "paused_ms");
        for (Queue queue : queues) {
            rows.row(
                    queue.handler(),
                    queue.depth(),
                    queue.bytes(),
                    queue.oldestMicros(),
                    queue.waits().p50(),
                    queue.waits().p95(),
                    queue.waits().p99(),
                    queue.inFlight(),
                    queue.workers(),
                    queue.answersPerMinute(),
                    queue.pausedMillis());
        }
        return rows.answer();
    }

    private static Answer peek(Arguments arguments, Operations broker) {
        String handler = arguments.requiredName("handler", "NAME");
        Answer.Rows rows =
                Answer.under("id", "waited_us", "method", "path", "host", "remote_address", "bytes", "tries");
        for (Waiting each : broker.peek(handler, arguments.count("limit", MOST_PEEK, USUAL_PEEK))) {
            rows.row(
                    each.connectionId(),
                    each.waitedMicros(),
                    each.method(),
                    each.path(),
                    each.host(),
                    each.remoteAddress(),
                    each.bytes(),
                    each.tries());
        }
        return rows.answer();
    }

    private static Answer drop(Arguments arguments, Operations broker) {
        Duration older = arguments.duration("older", null);
        return Answer.under("dropped")
                .row(broker.drop(arguments.name("handler"), older))
                .answer();
    }

    private static Answer pause(Arguments arguments, Operations broker) {
        Duration most = arguments.duration("max", USUAL_PAUSE);
        if (most.isZero() || most.compareTo(LONGEST_PAUSE) > 0) {
            throw new ControlException(
                    Code.INVALID_ARGUMENT, "argument max: a pause lasts from 1ms to 1h. Fix: correct it.");
        }
        Scope scope = scope(arguments);
        String name = named(arguments, scope);
        if (name == null) {
            throw new ControlException(
                    Code.INVALID_ARGUMENT, "what to pause is missing. Fix: add handler=NAME or host=NAME.");
        }
        return queues(broker.pause(scope, name, most));
    }

    private static Answer resume(Arguments arguments, Operations broker) {
        Scope scope = scope(arguments);
        return queues(broker.resume(scope, named(arguments, scope)));
    }

    private static Scope scope(Arguments arguments) {
        if (arguments.name("handler") != null) {
            return Scope.HANDLER;
        }
        return arguments.name("host") == null ? Scope.EITHER : Scope.HOST;
    }

    private static @Nullable String named(Arguments arguments, Scope scope) {
        return arguments.name(
                switch (scope) {
                    case HANDLER -> "handler";
                    case HOST -> "host";
                    case EITHER -> "name";
                });
    }

    private static Answer workers(Arguments arguments, Operations broker) {
        String handler = arguments.name("handler");
        if (handler != null
                && broker.queues().stream().noneMatch(queue -> queue.handler().equals(handler))) {
            throw noSuchHandler(handler);
        }
        return workers(broker.workers().stream()
                .filter(worker -> handler == null || worker.handler().equals(handler))
                .toList());
    }

    private static Answer workers(List<Worker> workers) {
        Answer.Rows rows = Answer.under(
                "handler",
                "worker",
                "name",
                "address",
                "kind",
                "state",
                "in_flight",
                "limit",
                "overdue",
                "answered",
                "connected_s",
                "host",
                "pid",
                "application",
                "version");
        for (Worker each : workers) {
            rows.row(
                    each.handler(),
                    each.number(),
                    each.name(),
                    each.address(),
                    each.managed() ? "managed" : "classic",
                    state(each),
                    each.inFlight(),
                    each.limit(),
                    each.overdue(),
                    each.answered(),
                    each.connectedSeconds(),
                    each.host(),
                    each.pid(),
                    each.application(),
                    each.version());
        }
        return rows.answer();
    }

    private static String state(Worker worker) {
        if (worker.draining()) {
            return "draining";
        }
        return worker.inFlight() > 0 ? "busy" : "ready";
    }

    private static Answer drain(Arguments arguments, Operations broker) {
        return workers(broker.drain(arguments.requiredName("worker", "NUMBER (see the command workers)")));
    }

    private static Answer kick(Arguments arguments, Operations broker) {
        return workers(broker.kick(arguments.requiredName("worker", "NUMBER (see the command workers)")));
    }

    private static Answer stats(Operations broker) {
        Answer.Rows rows = Answer.under("name", "value");
        broker.stats().forEach(rows::row);
        return rows.answer();
    }

    private static Answer reopen(Operations broker) {
        broker.reopenLogs();
        return Answer.say("msg", "log files opened anew");
    }

    private static ControlException noSuchHandler(String name) {
        return new ControlException(
                Code.NO_SUCH_HANDLER,
                "no handler is called \"" + name + "\". Fix: take a name that the command queue shows.");
    }
}
