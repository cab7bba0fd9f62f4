package dev.lurcher.broker.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The parameter that names a server, where all are meant without it. */
final class OneServer {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything else
    private CommandSpec spec;

    private @Nullable String uuid;

    /** A file's name in its place, as "run" takes it, is answered with the option for that. */
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "UUID",
            description = "The server's uuid (default: all servers).")
    void uuid(@Nullable String written) {
        if (written != null && Files.isRegularFile(Path.of(written))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + written + "' is a file, and here the uuid of a server is meant. Fix: write --db " + written
                            + ".");
        }
        uuid = written;
    }

    @Nullable
    String uuid() {
        return uuid;
    }
}
