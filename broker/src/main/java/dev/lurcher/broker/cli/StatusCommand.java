package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code broker status}: what is known of servers' processes. */
@Command(
        name = "status",
        description = {
            "Tells of servers whether they run, since when, where they listen, what the last reload has led to, and which certificate ends first.",
            "The exit code is 0 when all of them run."
        },
        footer = {"", "Example: broker status --every"})
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final Selection selection = new Selection();

    @Override
    public Integer call() throws IOException {
        List<Map<String, @Nullable Object>> facts = new ArrayList<>();
        Columns text =
                new Columns("UUID", "NAME", "STATE", "PROCESS", "ADDRESS", "SINCE", "LAST RELOAD", "CERTIFICATE");
        int exitCode = 0;
        for (Server server : selection.of(source.all().servers())) {
            ServerProcess process = new ServerProcess(server);
            Optional<ProcessHandle> running = process.running();
            Map<String, @Nullable Object> known = facts(process, running);
            facts.add(known);
            text.add(
                    server.uuid(),
                    server.name(),
                    shown(known.get("state")),
                    shown(known.get("pid")),
                    shown(known.get("address")),
                    shown(known.get("since")),
                    lastReload(known),
                    firstToEnd(running.isPresent() ? process.state() : ServerProcess.State.NONE));
            exitCode = running.isPresent() ? exitCode : Main.FAILED;
        }
        format.print(facts, text);
        return exitCode;
    }

    private static Map<String, String> ends(ServerProcess.State state) {
        Map<String, String> ends = new TreeMap<>();
        state.certificates().forEach((name, end) -> ends.put(name, end.toString()));
        return ends;
    }

    private static String shown(@Nullable Object value) {
        return value == null ? "-" : value.toString();
    }

    private static String lastReload(Map<String, @Nullable Object> known) {
        Object applied = known.get("reload_applied");
        return applied == null ? "-" : applied.equals(true) ? "applied" : "refused";
    }

    /** The certificate that ends first, with the day; the others are in the JSON. */
    private static String firstToEnd(ServerProcess.State state) {
        return state.certificates().entrySet().stream()
                .min(Map.Entry.comparingByValue())
                .map(each -> each.getKey()
                        + (each.getValue().isBefore(Instant.now()) ? " ended " : " until ")
                        + each.getValue().atOffset(ZoneOffset.UTC).toLocalDate())
                .orElse("-");
    }

    private static Map<String, @Nullable Object> facts(ServerProcess process, Optional<ProcessHandle> running)
            throws IOException {
        ServerProcess.State state = process.state();
        boolean says =
                running.isPresent() && state.number("pid") == running.get().pid();
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("uuid", process.server().uuid());
        facts.put("name", process.server().name());
        facts.put("state", running.isEmpty() ? "stopped" : says ? state.text("state") : "running");
        facts.put("pid", running.map(ProcessHandle::pid).orElse(null));
        facts.put("pid_file", process.pidFile().toString());
        facts.put("address", says ? state.text("address") : null);
        facts.put("since", says ? state.text("since") : null);
        facts.put("certificates", says ? ends(state) : Map.of());
        facts.put("database", says ? state.text("database") : null);
        facts.put("reloads", says ? state.reloads() : null);
        facts.put("reload_applied", (says && state.reloads() > 0) ? state.isApplied() : null);
        facts.put("changes", says ? state.all("change") : List.of());
        facts.put("problems", says ? state.all("problem") : List.of());
        facts.put("need_restart", says ? state.all("restart") : List.of());
        return facts;
    }
}
