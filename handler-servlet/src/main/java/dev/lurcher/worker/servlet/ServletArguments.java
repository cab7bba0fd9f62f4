package dev.lurcher.worker.servlet;

import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import dev.lurcher.worker.WorkerException;
import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@link ServletWorker}.
 *
 * @param war a war, packed or not; null where there are only classes
 * @param classes folders and jars that belong to the application besides; may be all that there is of it
 * @param context the path of the application, which begins with a slash
 * @param sessions where sessions are kept: a folder, or a database as {@code jdbc:...}; null for the memory of the process
 * @param threads most threads that run the application
 * @param virtual whether each request has a virtual thread instead (Java 21); {@code threads} then bounds their number
 * @param stopTime how long requests may take when it is stopped
 * @param worker where the broker is, and all else of a worker
 */
record ServletArguments(
        @Nullable Path war,
        List<Path> classes,
        String context,
        @Nullable String sessions,
        int threads,
        boolean virtual,
        Duration stopTime,
        WorkerBuilder worker) {
    /** What to tell the user. */
    static final String USAGE = """
            Usage: --war APPLICATION.war --config config.sqlite --handler NAME
              --war PATH          the application: a war, or a folder with its content
              --classes PATH:...  folders and jars of classes that belong to it; may be given without --war
              --context PATH      where it lives; / unless given
              --sessions WHERE    a folder, or jdbc:URL of a database, that all processes of the application share;
                                  unless given, sessions are in the memory of the process
              --threads NUMBER    most threads that run the application; 200 unless given
              --virtual-threads   a virtual thread for each request instead (Java 21 or newer)
              --stop-time SECONDS how long requests may take when it is stopped; 30 unless given
              --config config.sqlite --handler NAME, or --send tcp://... --recv tcp://... --sender ID: where the broker is;
                                  also --name, --classic, --curve-server, --curve-key; or LURCHER_CONFIG and so on
            """;

    private static final int THREADS = 200;
    private static final String STOP_SECONDS = "30";
    /** Jetty has some threads for itself. */
    private static final int LEAST_THREADS = 8;

    private static final List<String> OPTIONS =
            List.of("--war", "--classes", "--context", "--sessions", "--threads", "--stop-time");

    /**
     * Reads it.
     *
     * @throws WorkerException as {@link WorkerBuilder#arguments}
     */
    static ServletArguments read(String... arguments) {
        Map<String, String> given = new TreeMap<>();
        List<String> rest = new ArrayList<>();
        for (int i = 0; i < arguments.length; i++) {
            if (OPTIONS.contains(arguments[i]) && i + 1 < arguments.length) {
                given.put(arguments[i], arguments[++i]);
            } else if (arguments[i].equals("--virtual-threads")) {
                given.put(arguments[i], "");
            } else {
                rest.add(arguments[i]);
            }
        }
        if (!given.containsKey("--war") && !given.containsKey("--classes")) {
            throw bad("No application is named: --war or --classes is missing.");
        }
        String war = given.get("--war");
        Duration stopTime =
                Duration.ofSeconds(number("--stop-time", given.getOrDefault("--stop-time", STOP_SECONDS), 0));
        return new ServletArguments(
                war == null ? null : existing(war),
                classes(given.getOrDefault("--classes", "")),
                context(given.getOrDefault("--context", "/")),
                given.get("--sessions"),
                number("--threads", given.getOrDefault("--threads", Integer.toString(THREADS)), LEAST_THREADS),
                given.containsKey("--virtual-threads"),
                stopTime,
                Worker.builder().arguments(rest.toArray(String[]::new)).stopTime(stopTime));
    }

    private static List<Path> classes(String list) {
        List<Path> classes = new ArrayList<>();
        for (String path : list.split(java.io.File.pathSeparator, -1)) {
            if (!path.isEmpty()) {
                classes.add(existing(path));
            }
        }
        return classes;
    }

    private static Path existing(String path) {
        Path existing = Path.of(path).toAbsolutePath();
        if (!Files.exists(existing)) {
            throw bad(existing + " is not there.");
        }
        return existing;
    }

    private static String context(String path) {
        if (!path.startsWith("/")) {
            throw bad("--context " + path + ": a path begins with a slash.");
        }
        return path;
    }

    private static int number(String option, String value, int least) {
        if (!value.matches("[0-9]{1,6}") || Integer.parseInt(value) < least) {
            throw bad(option + " " + value + ": a number from " + least + " to 999999 is wanted.");
        }
        return Integer.parseInt(value);
    }

    private static WorkerException bad(String what) {
        return new WorkerException(Code.BAD_ARGUMENTS, what + "\n" + USAGE);
    }
}
