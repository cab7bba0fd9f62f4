package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The command line of a worker, for the {@code main} of workers that want no more than to be told their broker:
 *
 * <pre>
 * --config config.sqlite --handler NAME          see {@link Endpoints#read}
 * --send tcp://... --recv tcp://... --sender ID  see {@link Endpoints}
 * </pre>
 *
 * <p>What is not given as an argument is taken from the environment: {@code LURCHER_CONFIG}, {@code LURCHER_HANDLER},
 * {@code LURCHER_SEND}, {@code LURCHER_RECV}, {@code LURCHER_SENDER}. Arguments of one kind hide the environment of the other.
 */
public final class WorkerArguments {
    /** What to tell the user who got it wrong. */
    public static final String USAGE = "Give --config config.sqlite --handler NAME (a send_ident, a route's path or a"
            + " send_spec), or --send tcp://HOST:PORT --recv tcp://HOST:PORT --sender ID; or LURCHER_CONFIG,"
            + " LURCHER_HANDLER, LURCHER_SEND, LURCHER_RECV, LURCHER_SENDER in the environment.";

    private WorkerArguments() {}

    /**
     * The endpoints that arguments and environment name.
     *
     * @throws WorkerException BAD_ARGUMENTS, or as {@link Endpoints#read}
     */
    public static Endpoints endpoints(String... arguments) {
        return endpoints(System.getenv(), arguments);
    }

    static Endpoints endpoints(Map<String, String> environment, String... arguments) {
        Map<String, String> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String name = arguments[i];
            if (!name.matches("--(config|handler|send|recv|sender)") || i + 1 == arguments.length) {
                throw new WorkerException(Code.BAD_ARGUMENTS, "Not understood: " + name + ". " + USAGE);
            }
            given.put(name.substring(2), arguments[i + 1]);
        }
        boolean direct = given.containsKey("send") || given.containsKey("recv") || given.containsKey("sender");
        boolean database = given.containsKey("config") || given.containsKey("handler");
        if (direct && database) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "Either the one or the other. " + USAGE);
        }
        environment.forEach((name, value) -> {
            if (name.startsWith("LURCHER_")) {
                given.putIfAbsent(name.substring("LURCHER_".length()).toLowerCase(Locale.ROOT), value);
            }
        });
        if (!database && !given.containsKey("send") && !given.containsKey("config")) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "No broker is named. " + USAGE);
        }
        if (direct || (!database && given.containsKey("send"))) {
            return new Endpoints(get(given, "send"), get(given, "recv"), get(given, "sender"));
        }
        return Endpoints.read(Path.of(get(given, "config")), get(given, "handler"));
    }

    private static String get(Map<String, String> given, String name) {
        String value = given.get(name);
        if (value == null) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "--" + name + " is missing. " + USAGE);
        }
        return value;
    }
}
