package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Text;
import java.util.Map;
import picocli.CommandLine.Parameters;

/** The parameter of commands that are about a worker. */
final class WorkerChoice {
    @Parameters(
            paramLabel = "WORKER",
            description = "Its number, as 'workers' shows it; or its name, which several may have.")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private String worker;

    /** What the control port wants to know. */
    Map<String, TNetString> arguments() {
        return Map.of("worker", Text.utf8(worker));
    }
}
