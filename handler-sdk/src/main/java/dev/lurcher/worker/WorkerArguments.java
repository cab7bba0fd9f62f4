package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line of a worker and its environment say; grammar: {@link WorkerBuilder#arguments}.
 *
 * @param brokers at least one
 * @param name null where none is said
 */
record WorkerArguments(List<Endpoints> brokers, @Nullable String name, boolean classic) {
    /** What to tell the user who got it wrong. */
    static final String USAGE = "Give --config config.sqlite --handler NAME (a send_ident, a route's path or a"
            + " send_spec), or --send tcp://HOST:PORT --recv tcp://HOST:PORT --sender ID; or LURCHER_CONFIG,"
            + " LURCHER_HANDLER, LURCHER_SEND, LURCHER_RECV, LURCHER_SENDER in the environment. Also --curve-server"
            + " BROKER.key --curve-key WORKER.key_secret where the broker has CURVE, --name NAME, and --classic to speak"
            + " Mongrel2's protocol to every broker. Several brokers stand with commas between them.";

    private static final String ENVIRONMENT = "LURCHER_";
    private static final List<String> OF_BROKER =
            List.of("config", "handler", "send", "recv", "sender", "curve-server", "curve-key");

    /** @throws WorkerException BAD_ARGUMENTS, BAD_KEY, or as {@link Endpoints#read} */
    static WorkerArguments read(Map<String, String> environment, String... arguments) {
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
        boolean bySpecs = direct || (!database && given.containsKey("send"));
        List<Endpoints> brokers = new ArrayList<>();
        int count = count(given, bySpecs ? List.of("send", "recv", "sender") : List.of("config", "handler"));
        for (int i = 0; i < count; i++) {
            brokers.add(endpoints(one(given, i, count), bySpecs));
        }
        return new WorkerArguments(brokers, given.get("name"), isClassic(given));
    }

    /** Tells a builder. */
    void into(WorkerBuilder builder) {
        builder.brokers(brokers.toArray(Endpoints[]::new));
        if (name != null) {
            builder.name(name);
        }
        if (classic) {
            builder.classic(true);
        }
    }

    private static boolean isClassic(Map<String, String> given) {
        String classic = given.getOrDefault("classic", "0");
        if (!classic.equals("0") && !classic.equals("1")) {
            throw new WorkerException(
                    Code.BAD_ARGUMENTS, "LURCHER_CLASSIC=" + classic + " is neither 1 nor 0. " + USAGE);
        }
        return classic.equals("1");
    }

    private static Endpoints endpoints(Map<String, String> given, boolean bySpecs) {
        Endpoints endpoints = bySpecs
                ? new Endpoints(get(given, "send"), get(given, "recv"), get(given, "sender"))
                : Endpoints.read(Path.of(get(given, "config")), get(given, "handler"));
        if (!given.containsKey("curve-server") && !given.containsKey("curve-key")) {
            return endpoints;
        }
        return endpoints.withCurve(
                CurveKeys.read(Path.of(get(given, "curve-server")), Path.of(get(given, "curve-key"))));
    }

    /** How many brokers are named. */
    private static int count(Map<String, String> given, List<String> names) {
        return names.stream()
                .map(name -> given.getOrDefault(name, ""))
                .mapToInt(values -> values.split(",", -1).length)
                .max()
                .orElseThrow();
    }

    /** What is said of one broker. */
    private static Map<String, String> one(Map<String, String> given, int place, int count) {
        Map<String, String> one = new HashMap<>();
        for (String name : OF_BROKER) {
            String value = given.get(name);
            if (value == null) {
                continue;
            }
            String[] values = value.split(",", -1);
            if (values.length != 1 && values.length != count) {
                throw new WorkerException(
                        Code.BAD_ARGUMENTS, "--" + name + " " + value + " is not for " + count + " brokers. " + USAGE);
            }
            one.put(name, values[values.length == 1 ? 0 : place]);
        }
        return one;
    }

    private static Map<String, String> given(String... arguments) {
        Map<String, String> given = new HashMap<>();
        int i = 0;
        while (i < arguments.length) {
            String name = arguments[i++];
            if (name.equals("--classic")) {
                given.put("classic", "1");
            } else if (name.startsWith("--")
                    && (OF_BROKER.contains(name.substring(2)) || name.equals("--name"))
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
