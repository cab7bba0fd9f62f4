package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigScript;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code broker rehearse}: runs a server on free ports, has it refuse one request for want of a worker, and stops it.
 * <p>The launcher lets the JVM record the classes that this loads; benchmarks/RESULTS.md says what a start gains from that.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Starts a broker for a moment, for the launcher to record what a start needs.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    private static final String CHANGES = """
            UPDATE server SET port = 0, access_log = 'FOLDER/access.log', error_log = 'FOLDER/error.log', pid_file = 'FOLDER/pid',
                control_port = 'ipc://FOLDER/control';
            DELETE FROM route WHERE target_id > 1;
            DELETE FROM handler WHERE id > 1;
            UPDATE handler SET send_spec = 'tcp://127.0.0.1:0', recv_spec = 'tcp://127.0.0.1:0', queue_timeout = 0.01;
            """;

    private static final int MOST_WAIT_MILLIS = 10_000;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    private boolean refused;

    @Override
    public Integer call() throws IOException {
        Path folder = Files.createTempDirectory("rehearsal");
        try {
            Path file = folder.resolve("config.sqlite");
            ConfigScript.create(file, CHANGES.replace("FOLDER", folder.toString()));
            StringWriter said = new StringWriter();
            int exitCode = new CommandLine(new RunCommand(this::onStart))
                    .setErr(new PrintWriter(said))
                    .execute(file.toString(), DemoDatabase.UUID);
            if (exitCode == 0 && refused) {
                return 0;
            }
            spec.commandLine().getErr().println("the rehearsal went wrong:\n" + said);
            return Main.FAILED;
        } finally {
            delete(folder);
        }
    }

    private void onStart(Broker broker, StopSignal stop) {
        try (Socket client =
                new Socket(broker.address().getAddress(), broker.address().getPort())) {
            client.setSoTimeout(MOST_WAIT_MILLIS);
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            refused = answer.startsWith("HTTP/1.1 503 ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            stop.ask();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> found = Files.walk(folder)) {
            all = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }
}
