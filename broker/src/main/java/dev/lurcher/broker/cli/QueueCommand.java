package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broker queue}: what waits for workers. */
@Command(
        name = "queue",
        description = {
            "Shows the queue of each handler of a running broker: how many requests wait and how long the oldest has, how long"
                    + " requests waited in the last minute, how many workers have in hand, and how fast they answer.",
            "'peek' shows the requests that wait, 'drop' answers them with 503."
        },
        footer = {"", "Example: broker queue --json"},
        subcommands = {QueueCommand.Peek.class, QueueCommand.Drop.class})
final class QueueCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Override
    public Integer call() {
        return source.show(format, "queue", Map.of());
    }

    /** {@code broker queue peek}: the requests that wait. */
    @Command(
            name = "peek",
            description = "Shows the requests that wait for workers of a handler, the next one first.",
            footer = {"", "Example: broker queue peek hello --limit 5"})
    static final class Peek implements Callable<Integer> {
        @Mixin
        private final Format format = new Format();

        @Mixin
        private final ControlSource source = new ControlSource();

        @Parameters(paramLabel = "HANDLER", description = "The handler's send_ident.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String handler;

        @Option(
                names = "--limit",
                paramLabel = "COUNT",
                defaultValue = "20",
                description = "How many at most, up to 1000 (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Override
        public Integer call() {
            return source.show(
                    format, "peek", Map.of("handler", Text.utf8(handler), "limit", new TNetString.Whole(limit)));
        }
    }

    /** {@code broker queue drop}: gives waiting requests up. */
    @Command(
            name = "drop",
            description =
                    "Answers requests with 503 that have waited for a worker for so long, and says how many they were.",
            footer = {"", "Example: broker queue drop hello --older 10s"})
    static final class Drop implements Callable<Integer> {
        @Mixin
        private final Format format = new Format();

        @Mixin
        private final ControlSource source = new ControlSource();

        @Parameters(
                paramLabel = "HANDLER",
                arity = "0..1",
                description = "The handler's send_ident (default: all handlers).")
        private @Nullable String handler;

        @Option(
                names = "--older",
                paramLabel = "TIME",
                required = true,
                description = "How long they have waited at least, as 500ms, 10s or 5m; 0 drops all.")
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private String older;

        @Override
        public Integer call() {
            Map<String, TNetString> arguments = new LinkedHashMap<>();
            arguments.put("older", Text.utf8(older));
            if (handler != null) {
                arguments.put("handler", Text.utf8(handler));
            }
            return source.show(format, "drop", arguments);
        }
    }
}
