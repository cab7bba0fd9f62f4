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
 * --curve-server FILE --curve-key FILE           see {@link CurveKeys#read}
 * --name NAME                                    see {@link WorkerSettings#withName}
 * --classic                                      see {@link WorkerSettings#withClassic}
 * </pre>
 *
 * <p>What is not given as an argument is taken from the environment: {@code LURCHER_CONFIG}, {@code LURCHER_HANDLER},
 * {@code LURCHER_SEND}, {@code LURCHER_RECV}, {@code LURCHER_SENDER}, {@code LURCHER_NAME}, {@code LURCHER_CLASSIC} (1 or 0),
 * {@code LURCHER_CURVE_SERVER}, {@code LURCHER_CURVE_KEY}.
 * Arguments that name a broker in one way hide the environment of the other.
 */
public final class WorkerArguments {
    /** What to tell the user who got it wrong. */
    public static final String USAGE = "Give --config config.sqlite --handler NAME (a send_ident, a route's path or a"
            + " send_spec), or --send tcp://HOST:PORT --recv tcp://HOST:PORT --sender ID; or LURCHER_CONFIG,"
            + " LURCHER_HANDLER, LURCHER_SEND, LURCHER_RECV, LURCHER_SENDER in the environment. Also --curve-server"
            + " BROKER.key --curve-key WORKER.key_secret where the broker has CURVE, --name NAME, and --classic to speak"
            + " Mongrel2's protocol to every broker.";

    private static final String ENVIRONMENT = "LURCHER_";

    private WorkerArguments() {}

    /**
     * Settings with the broker, name and protocol that arguments and environment name.
     *
     * @throws WorkerException BAD_ARGUMENTS, or as {@link Endpoints#read}
     */
    public static WorkerSettings settings(String... arguments) {
        return settings(System.getenv(), arguments);
    }

    /**
     * The endpoints that arguments and environment name.
     *
     * @throws WorkerException BAD_ARGUMENTS, or as {@link Endpoints#read}
     */
    public static Endpoints endpoints(String... arguments) {
        return endpoints(System.getenv(), arguments);
    }

    static WorkerSettings settings(Map<String, String> environment, String... arguments) {
        Map<String, String> given = given(arguments);
        environment.forEach((name, value) -> {
            if (name.equals(ENVIRONMENT + "NAME") || name.equals(ENVIRONMENT + "CLASSIC")) {
                given.putIfAbsent(key(name), value);
            }
        });
        String classic = given.getOrDefault("classic", "0");
        if (!classic.equals("0") && !classic.equals("1")) {
            throw new WorkerException(
                    Code.BAD_ARGUMENTS, "LURCHER_CLASSIC=" + classic + " is neither 1 nor 0. " + USAGE);
        }
        WorkerSettings settings =
                WorkerSettings.of(endpoints(environment, arguments)).withClassic(classic.equals("1"));
        String name = given.get("name");
        return name == null ? settings : settings.withName(name);
    }

    static Endpoints endpoints(Map<String, String> environment, String... arguments) {
        Map<String, String> given = given(arguments);
        boolean direct = given.containsKey("send") || given.containsKey("recv") || given.containsKey("sender");
        boolean database = given.containsKey("config") || given.containsKey("handler");
        if (direct && database) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "Either the one or the other. " + USAGE);
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT)) {
                given.putIfAbsent(key(name), value);
            }
        });
        if (!database && !given.containsKey("send") && !given.containsKey("config")) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "No broker is named. " + USAGE);
        }
        Endpoints endpoints = direct || (!database && given.containsKey("send"))
                ? new Endpoints(get(given, "send"), get(given, "recv"), get(given, "sender"))
                : Endpoints.read(Path.of(get(given, "config")), get(given, "handler"));
        if (!given.containsKey("curve-server") && !given.containsKey("curve-key")) {
            return endpoints;
        }
        return endpoints.withCurve(
                CurveKeys.read(Path.of(get(given, "curve-server")), Path.of(get(given, "curve-key"))));
    }

    private static Map<String, String> given(String... arguments) {
        Map<String, String> given = new HashMap<>();
        int i = 0;
        while (i < arguments.length) {
            String name = arguments[i++];
            if (name.equals("--classic")) {
                given.put("classic", "1");
            } else if (name.matches("--(config|handler|send|recv|sender|name|curve-server|curve-key)")
                    && i < arguments.length) {
                given.put(name.substring(2), arguments[i++]);
            } else {
                throw new WorkerException(Code.BAD_ARGUMENTS, "Not understood: " + name + ". " + USAGE);
            }
        }
        return given;
    }

    private static String key(String variable) {
        return variable.substring(ENVIRONMENT.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String get(Map<String, String> given, String name) {
        String value = given.get(name);
        if (value == null) {
            throw new WorkerException(Code.BAD_ARGUMENTS, "--" + name + " is missing. " + USAGE);
        }
        return value;
    }
}
