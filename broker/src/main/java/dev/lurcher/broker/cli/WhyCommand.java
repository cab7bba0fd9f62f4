package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Text;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broker why}: what became of a request. */
@Command(
        name = "why",
        description = {
            "Tells what became of a request, by its id: X-Request-Id of the answer, or the access log. A running broker remembers the"
                    + " latest requests (setting why.requests), and for longer those that failed (why.failures).",
            "Without an id: the latest that failed."
        },
        footer = {"", "Example: broker why 5e0c1d9f3a7b2468"})
final class WhyCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Parameters(paramLabel = "REQUEST_ID", arity = "0..1", description = "Sixteen hexadecimal digits.")
    private @Nullable String id;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "Without an id: how many at most, up to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Override
    public Integer call() {
        if (id == null) {
            return source.show(format, "failures", Map.of("limit", new TNetString.Whole(limit)));
        }
        try {
            ControlAnswer answer = source.ask("why", Map.of("request", Text.utf8(id)));
            if (answer.isError() || format.isJson()) {
                return ControlSource.print(answer, format);
            }
            print(answer.facts(), format.out());
            return 0;
        } finally {
            source.close();
        }
    }

    private static void print(List<Map<String, Object>> rows, PrintWriter out) {
        for (Map<String, Object> story : rows) {
            out.println(
                    "request   " + story.get("request") + ", " + story.get("time") + ", from " + story.get("remote"));
            out.println("asked     " + asked(story));
            out.println("host      " + host(story));
            out.println("route     " + route(story));
            out.println("worker    " + worker(story));
            out.println("answer    " + answer(story));
            out.println("revision  " + story.get("revision"));
        }
        out.flush();
    }

    private static String text(Map<String, Object> story, String key) {
        return String.valueOf(story.getOrDefault(key, ""));
    }

    private static String asked(Map<String, Object> story) {
        String method = text(story, "method");
        return method.isEmpty()
                ? "something that could not be read"
                : method + " " + text(story, "path") + " " + text(story, "version");
    }

    private static String host(Map<String, Object> story) {
        String host = text(story, "host");
        return host.isEmpty()
                ? "none was looked for"
                : host + " (row " + text(story, "host_row") + "), matching \"" + text(story, "matching") + "\"";
    }

    private static String route(Map<String, Object> story) {
        String route = text(story, "route");
        return route.isEmpty()
                ? "none"
                : route + " (row " + text(story, "route_row") + ") leads to " + text(story, "target");
    }

    private static String worker(Map<String, Object> story) {
        String name = text(story, "worker");
        if (name.isEmpty()) {
            return "none had it";
        }
        StringBuilder line = new StringBuilder(name);
        append(line, " on ", text(story, "worker_host"));
        append(line, ", pid ", text(story, "worker_pid").replaceFirst("^0$", ""));
        append(line, ", ", text(story, "application"));
        append(line, " ", text(story, "worker_version"));
        line.append(", after ")
                .append(ControlText.time(number(story, "queue_us")))
                .append(" in the queue");
        append(line, "; lost before it: ", text(story, "lost_workers"));
        return line.toString();
    }

    private static void append(StringBuilder line, String before, String value) {
        if (!value.isEmpty()) {
            line.append(before).append(value);
        }
    }

    private static String answer(Map<String, Object> story) {
        StringBuilder line =
                new StringBuilder(text(story, "status")).append(", ").append(text(story, "outcome"));
        append(line, ": ", text(story, "reason"));
        return line.append(", ")
                .append(text(story, "bytes"))
                .append(" bytes, after ")
                .append(ControlText.time(number(story, "duration_us")))
                .toString();
    }

    private static long number(Map<String, Object> story, String key) {
        return story.get(key) instanceof Long number ? number : 0;
    }
}
