package dev.lurcher.broker.control;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.broker.control.Operations.Connection;
import dev.lurcher.broker.control.Operations.Reload;
import dev.lurcher.broker.control.Operations.Server;
import java.util.ArrayList;
import java.util.List;

/** The commands that Mongrel2 has, with its answers byte for byte. */
final class Mongrel2Commands {
    /** In the order in which {@code help} names them. */
    static final List<Command> ALL = List.of(
            Command.change("stop", "stop the server (SIGINT)", (arguments, broker) -> stop(broker)),
            Command.change("reload", "reload the server", Mongrel2Commands::reload),
            Command.look("help", "this command", (arguments, broker) -> help(arguments)),
            Command.change("control_stop", "stop control port", (arguments, broker) -> controlStop(broker)),
            Command.change("kill", "kill a connection", Mongrel2Commands::kill),
            Command.look("status", "status, what=['net'|'tasks']", Mongrel2Commands::status),
            Command.change("terminate", "terminate the server (SIGTERM)", (arguments, broker) -> stop(broker)),
            Command.look("time", "the server's time", (arguments, broker) -> time()),
            Command.look("uuid", "the server's uuid", (arguments, broker) -> uuid(broker)),
            Command.look("info", "information about this server", (arguments, broker) -> info(broker)));

    private Mongrel2Commands() {}

    private static Answer stop(Operations broker) {
        return Answer.signalSent().then(broker::stop);
    }

    /** Mongrel2's answer where all is well; with {@code what=result} all there is to say. */
    private static Answer reload(Arguments arguments, Operations broker) {
        boolean wantsAll = "result".equals(arguments.name("what"));
        Reload reload = broker.reload();
        if (wantsAll) {
            return result(reload);
        } else if (reload.applied()) {
            return Answer.signalSent();
        }
        throw new ControlException(
                Code.RELOAD_REFUSED,
                "the new configuration has errors, and the old one stays in force:\n"
                        + String.join("\n", reload.problems()));
    }

    private static Answer result(Reload reload) {
        Answer.Rows rows = Answer.under("kind", "text");
        rows.row("outcome", reload.applied() ? "applied" : "refused");
        reload.changes().forEach(change -> rows.row("change", change));
        reload.problems().forEach(problem -> rows.row("problem", problem));
        reload.needRestart().forEach(what -> rows.row("restart", what));
        return rows.answer();
    }

    /** Mongrel2's commands; with {@code what=all} ours as well. */
    private static Answer help(Arguments arguments) {
        List<Command> shown = new ArrayList<>(ALL);
        if ("all".equals(arguments.name("what"))) {
            shown.addAll(OwnCommands.ALL);
        }
        Answer.Rows rows = Answer.under("name", "help");
        shown.forEach(command -> rows.row(command.name(), command.help()));
        return rows.answer();
    }

    private static Answer controlStop(Operations broker) {
        return Answer.say("msg", "stopping the control port").then(broker::closeControlPort);
    }

    private static Answer kill(Arguments arguments, Operations broker) {
        long id = arguments.number("id");
        if (id < 0 || id > Integer.MAX_VALUE || !broker.kill((int) id)) {
            throw Arguments.invalid();
        }
        return Answer.say("status", "OK");
    }

    private static Answer status(Arguments arguments, Operations broker) {
        return switch (arguments.word("what")) {
            case "net" -> connections(broker);
            case "tasks" -> tasks(broker);
            default -> new Answer.Failure(null, "Expected argument what=['net'|'tasks'].");
        };
    }

    private static Answer connections(Operations broker) {
        Answer.Rows rows =
                Answer.under("id", "fd", "type", "last_ping", "last_read", "last_write", "bytes_read", "bytes_written");
        for (Connection each : broker.connections()) {
            rows.row(
                    each.id(),
                    each.descriptor(),
                    each.use().number(),
                    each.pingSeconds(),
                    each.readSeconds(),
                    each.writtenSeconds(),
                    each.bytesRead(),
                    each.bytesWritten());
        }
        return rows.answer();
    }

    private static Answer tasks(Operations broker) {
        Answer.Rows rows = Answer.under("id", "system", "name", "state", "status");
        broker.tasks().forEach(task -> rows.row(task.id(), task.system(), task.name(), task.state(), task.status()));
        return rows.answer();
    }

    /** A text, and no number, as Mongrel2 has it. */
    private static Answer time() {
        return Answer.say("time", Long.toString(System.currentTimeMillis() / 1000));
    }

    private static Answer uuid(Operations broker) {
        return Answer.say("uuid", broker.server().uuid());
    }

    private static Answer info(Operations broker) {
        Server server = broker.server();
        return Answer.under(
                        "port",
                        "bind_addr",
                        "uuid",
                        "chroot",
                        "access_log",
                        "error_log",
                        "pid_file",
                        "default_hostname")
                .row(
                        server.port(),
                        server.bindAddress(),
                        server.uuid(),
                        server.chroot(),
                        server.accessLog(),
                        server.errorLog(),
                        server.pidFile(),
                        server.defaultHost())
                .answer();
    }
}
