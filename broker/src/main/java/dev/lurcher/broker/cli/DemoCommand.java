package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.cli.DemoDatabase.DemoServer;
import dev.lurcher.broker.cli.DemoDatabase.WorkerPort;
import dev.lurcher.broker.cli.DemoProcesses.Running;
import dev.lurcher.broker.loop.BindFault;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code broker demo}: the whole road on one machine, a broker and two sample workers, each a process as in real use.
 */
@Command(
        name = "demo",
        description = "Starts a broker with two sample workers, says what to try, and stops them all on Ctrl-C.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: broker demo --port 8080 --worker-ports 7000"})
final class DemoCommand implements Callable<Integer> {
    private static final Duration LONGEST_START = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int WORKERS = 2;
    private static final int MOST_PORT = 65535;
    private static final int MOST_FIRST_PORT = 65000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "config.sqlite",
            description = "the configuration; written if it is not there (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path config;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "the port for HTTP, kept in the configuration (default: what stands there)")
    private @Nullable Integer port;

    @Option(
            names = "--worker-ports",
            paramLabel = "FIRST",
            description =
                    "the ports for workers, two for each handler, from FIRST on, kept in the configuration (default: what stands there)")
    private @Nullable Integer firstWorkerPort;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Installation installation = Installation.running();
        DemoServer server = prepare(out);
        try (DemoProcesses processes = new DemoProcesses(out)) {
            StopSignal signal = StopSignal.install(processes::kill);
            Running broker = processes.start(
                    "broker", List.of(installation.launcher().toString(), "run", config.toString(), DemoDatabase.UUID));
            List<String> worker = List.of(
                    shortest(installation.sample()).toString(),
                    "hello",
                    "--config",
                    config.toString(),
                    "--handler",
                    server.sender());
            for (int i = 1; i <= WORKERS; i++) {
                processes.start("worker " + i, worker);
            }
            String url = "http://localhost:" + server.port() + "/";
            if (awaitAnswer(processes, URI.create(url), signal)) {
                sayWhatToTry(out, url, worker);
            }
            while (!signal.await(POLL)) {
                processes.tellOfEnded();
                if (!broker.process().isAlive()) {
                    throw new StartException("the demo ends, because its broker has; what it said stands above");
                }
            }
        }
        out.println("Stopped.");
        return 0;
    }

    private DemoServer prepare(PrintWriter out) throws IOException {
        requireInRange("--port", port, MOST_PORT);
        requireInRange("--worker-ports", firstWorkerPort, MOST_FIRST_PORT);
        DemoDatabase database = DemoDatabase.open(config);
        if (port != null) {
            database.changePort(port);
        }
        if (firstWorkerPort != null) {
            database.changeWorkerPorts(firstWorkerPort);
        }
        DemoServer server = database.server();
        out.println(database.written() ? "Wrote " + config + "." : "Using " + config + ", which is here already.");
        out.flush();
        requireFree(server.port(), "for HTTP", "--port");
        for (WorkerPort each : server.workerPorts()) {
            requireFree(each.port(), each.use(), "--worker-ports");
        }
        return server;
    }

    private void requireInRange(String option, @Nullable Integer wanted, int most) {
        if (wanted != null && (wanted < 1 || wanted > most)) {
            throw new ParameterException(
                    spec.commandLine(), "%s is %d; allowed: 1 to %d".formatted(option, wanted, most));
        }
    }

    private static void requireFree(int port, String use, String option) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        } catch (IOException e) {
            BindFault fault = BindFault.of(e, port);
            String stop = fault.kind() == BindFault.Kind.IN_USE ? ", or stop that process" : "";
            throw new StartException("port %d, %s, cannot be had: %s. Fix: choose another one with %s%s."
                    .formatted(port, use, fault.reason(), option, stop));
        }
    }

    /** Whether an answer came; false when a signal came first. */
    private static boolean awaitAnswer(DemoProcesses processes, URI url, StopSignal signal)
            throws InterruptedException {
        Instant deadline = Instant.now().plus(LONGEST_START);
        while (!answers(url)) {
            processes.requireAllRunning();
            if (Instant.now().isAfter(deadline)) {
                throw new StartException(
                        "%s gave no answer within %d seconds; what broker and workers said stands above"
                                .formatted(url, LONGEST_START.toSeconds()));
            }
            if (signal.await(POLL)) {
                return false;
            }
        }
        return true;
    }

    private static boolean answers(URI url) {
        try {
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        }
    }

    private void sayWhatToTry(PrintWriter out, String url, List<String> worker) {
        out.printf("""

                Lurcher answers at %1$s, with two workers behind it.
                Try in another terminal:
                  curl %1$s
                  curl -i '%1$sany/path?x=1'
                Start a third worker; there is nothing to configure or to restart:
                  %2$s
                Ctrl-C stops everything.

                """, url, String.join(" ", worker));
        out.flush();
    }

    /** As a person in the current folder would type it. */
    private static Path shortest(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }
}
