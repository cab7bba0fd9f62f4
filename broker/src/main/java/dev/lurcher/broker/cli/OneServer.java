package dev.lurcher.broker.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** The parameter that names a server, where all are meant without it. */
final class OneServer {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "UUID",
            description = "The server's uuid (default: all servers).")
    private @Nullable String uuid;

    @Nullable
    String uuid() {
        return uuid;
    }
}
