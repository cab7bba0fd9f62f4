package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The process of a server, seen from another one: by its pid file, and by what it says of itself beside that. */
final class ServerProcess {
    private static final long START_SLACK_MILLIS = 2_000;

    private final Server server;
    private final Path pidFile;

    /** Its pid file is where a server started from this folder would write it. */
    ServerProcess(Server server) {
        this.server = server;
        pidFile = server.located(server.pidFile());
    }

    Server server() {
        return server;
    }

    Path pidFile() {
        return pidFile;
    }

    /** For people: its name, or its uuid where it has none. */
    String name() {
        return server.name().isEmpty() ? server.uuid() : server.name();
    }

    /** The number in the pid file; none where there is no such file, or no number in it. */
    Optional<Long> pid() throws IOException {
        try {
            String text = Files.readString(pidFile, StandardCharsets.ISO_8859_1).strip();
            return text.matches("[0-9]{1,9}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** The process, if the pid file's is one, and still the same that wrote it. */
    Optional<ProcessHandle> running() throws IOException {
        Optional<ProcessHandle> process = pid().flatMap(ProcessHandle::of).filter(ProcessHandle::isAlive);
        return process.isPresent() && isServer(process.get(), state()) ? process : Optional.empty();
    }

    /** A number may belong to another process by now: one that began at another time, or is no Java. */
    private static boolean isServer(ProcessHandle process, State state) {
        if (state.number("pid") == process.pid()) {
            long started = state.number("started");
            return process.info()
                    .startInstant()
                    .map(began -> Math.abs(began.toEpochMilli() - started) <= START_SLACK_MILLIS)
                    .orElse(true);
        }
        return process.info()
                .command()
                .map(program -> program.endsWith("/java"))
                .orElse(true);
    }

    /** What the process last said of itself; nothing where it said nothing. */
    State state() throws IOException {
        try {
            return new State(Files.readAllLines(RunState.file(pidFile)));
        } catch (NoSuchFileException e) {
            return State.NONE;
        }
    }

    /** What {@link RunState} has written. */
    static final class State {
        static final State NONE = new State(List.of());

        private final Map<String, List<String>> lines = new LinkedHashMap<>();

        private State(List<String> written) {
            for (String line : written) {
                int space = line.indexOf(' ');
                if (space > 0) {
                    lines.computeIfAbsent(line.substring(0, space), name -> new ArrayList<>())
                            .add(line.substring(space + 1));
                }
            }
        }

        /** All values of a name, in order. */
        List<String> all(String name) {
            return lines.getOrDefault(name, List.of());
        }

        /** The one value of a name, or empty. */
        String text(String name) {
            List<String> found = all(name);
            return found.isEmpty() ? "" : found.get(0);
        }

        long number(String name) {
            String text = text(name);
            return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
        }

        /** When each certificate ends, by its name. */
        Map<String, Instant> certificates() {
            Map<String, Instant> ends = new TreeMap<>();
            for (String line : all("certificate")) {
                int space = line.indexOf(' ');
                ends.put(line.substring(space + 1), Instant.parse(line.substring(0, space)));
            }
            return ends;
        }

        /** How many reloads there were. */
        int reloads() {
            String[] words = text("reload").split(" ");
            return words[0].matches("[0-9]{1,9}") ? Integer.parseInt(words[0]) : 0;
        }

        /** Whether the last one was applied. */
        boolean isApplied() {
            return text("reload").contains(" applied ");
        }
    }
}
