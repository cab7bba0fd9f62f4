package dev.lurcher.broker;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Directories;
import dev.lurcher.broker.directory.Tree;
import dev.lurcher.broker.http.HttpServer;
import dev.lurcher.broker.http.Snapshot;
import dev.lurcher.broker.proxy.Upstream;
import dev.lurcher.broker.tls.Certificates;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a running server over to another configuration: everything new is made and bound beside what runs; then one reference
 * is exchanged; then what is not asked for any more comes to its end. Where anything of the first fails, nothing changes.
 * <p>Thread: one at a time, which may wait.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Ground ground;
    private final Handlers handlers;
    private final Directories directories;
    private final HttpServer server;
    private final Entrance entrance;
    private final ControlEntrance control;

    /**
     * What came of it.
     *
     * @param running the configuration that is in force now
     */
    record Outcome(ReloadResult result, Configuration running) {}

    /** Those who let others in. */
    record Doors(Entrance clients, ControlEntrance commands) {}

    Reload(Ground ground, Handlers handlers, Directories directories, HttpServer server, Doors doors) {
        this.ground = ground;
        this.handlers = handlers;
        this.directories = directories;
        this.server = server;
        this.entrance = doors.clients();
        this.control = doors.commands();
    }

    /** Reads the origin again, and goes by it if that is possible. */
    Outcome run(Configuration running, Origin origin) {
        Outcome outcome = attempt(running, origin);
        tell(outcome.result());
        return outcome;
    }

    private Outcome attempt(Configuration running, Origin origin) {
        ConfigReader.Loaded loaded;
        try {
            loaded = origin.read();
        } catch (ConfigException e) {
            return refused(running, List.of(String.valueOf(e.getMessage())));
        }
        List<String> problems = new ArrayList<>(loaded.problems().stream()
                .filter(problem -> problem.severity() != Severity.NOTE)
                .map(Problem::toString)
                .toList());
        Configuration read = loaded.configuration();
        if (read == null) {
            return refused(running, problems);
        }
        Configuration next = new Configuration(
                read.server().reloaded(running.server()),
                running.settings().reloaded(read.settings()),
                read.mimeTypes(),
                read.admissions());
        Changes changes = new Changes(running, read);
        try {
            Certificates.Reloaded certificates = exchange(next, changes);
            changes.changes().addAll(certificates.changes());
            problems.addAll(certificates.problems());
        } catch (StartException e) {
            problems.add(String.valueOf(e.getMessage()));
            return refused(running, problems);
        }
        Runnable afterwards = origin.adopt(next, problems);
        ground.loops().settle();
        afterwards.run();
        return new Outcome(new ReloadResult(true, changes.changes(), problems, changes.needRestart()), next);
    }

    private static Outcome refused(Configuration running, List<String> problems) {
        return new Outcome(ReloadResult.refused(problems), running);
    }

    private Certificates.Reloaded exchange(Configuration next, Changes changes) {
        Snapshot former = server.snapshot();
        Handlers.Plan plan = handlers.plan(next);
        ControlEntrance.Move commands = null;
        Snapshot latter;
        Certificates.Reloaded certificates;
        try {
            latter = server.prepare(ground.parts(next, plan, former.parts()));
            commands = control.prepare(next);
            certificates = entrance.move(next);
        } catch (UncheckedIOException e) {
            cancel(plan, commands);
            throw new StartException(e.getMessage() + ". Fix: make it a file in UTF-8 that the broker may read.");
        } catch (RuntimeException | Error e) {
            cancel(plan, commands);
            throw e;
        }
        server.adopt(latter);
        commands.complete();
        findOtherIdents(next, plan, changes.needRestart());
        handlers.adopt(plan, next, next.settings().duration(Setting.DRAIN_TIME));
        letGo(former.parts(), latter.parts());
        return certificates;
    }

    private void cancel(Handlers.Plan plan, ControlEntrance.@Nullable Move commands) {
        handlers.cancel(plan);
        if (commands != null) {
            commands.cancel();
        }
    }

    /** What no route leads to any more. */
    private void letGo(Snapshot.Parts former, Snapshot.Parts latter) {
        Set<Upstream> upstreams = new HashSet<>(former.upstreams().values());
        upstreams.removeAll(latter.upstreams().values());
        upstreams.forEach(Upstream::retire);
        Set<Tree> trees = new HashSet<>(former.trees().values());
        trees.removeAll(latter.trees().values());
        directories.forget(trees);
    }

    /** Workers have subscribed to what their endpoints were bound with. */
    private static void findOtherIdents(Configuration next, Handlers.Plan plan, List<String> needRestart) {
        Handlers.byEndpoints(next.server()).forEach((pair, sharing) -> {
            HandlerEndpoints endpoints = plan.next().get(pair);
            Target.Handler bound = endpoints == null ? sharing.get(0) : endpoints.handler();
            Target.Handler read = sharing.get(0);
            if (!bound.sendIdent().equals(read.sendIdent())
                    || !bound.recvIdent().equals(read.recvIdent())) {
                needRestart.add(
                        "handler row %d: send_ident \"%s\" and recv_ident \"%s\" hold once the broker is restarted, or with"
                                        .formatted(read.row(), read.sendIdent(), read.recvIdent())
                                + " other endpoints at once; until then \"%s\" and \"%s\" do"
                                        .formatted(bound.sendIdent(), bound.recvIdent()));
            }
        });
    }

    private static void tell(ReloadResult result) {
        if (!result.applied()) {
            LOG.error("reload: refused, and nothing has changed: {}", String.join("; ", result.problems()));
            return;
        }
        result.problems().forEach(problem -> LOG.warn("reload: {}", problem));
        result.needRestart().forEach(setting -> LOG.warn("reload: {}", setting));
        if (result.changes().isEmpty()) {
            LOG.info("reload: nothing has changed");
        }
        result.changes().forEach(change -> LOG.info("reload: {}", change));
    }
}
