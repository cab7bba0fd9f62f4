package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.ConfigScript;
import dev.lurcher.broker.config.Configuration;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code broker rehearse}: starts a broker on free ports, has it refuse one request for want of a worker, and stops it.
 * <p>The launcher lets the JVM record the classes that this loads; a start that finds them prepared takes a third of the time.
 */
@Command(
        name = "rehearse",
        hidden = true,
        description = "Starts a broker for a moment, for the launcher to record what a start needs.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    private static final String CHANGES = """
            UPDATE server SET port = 0;
            DELETE FROM route WHERE target_id > 1;
            DELETE FROM handler WHERE id > 1;
            UPDATE handler SET send_spec = 'tcp://127.0.0.1:0', recv_spec = 'tcp://127.0.0.1:0', queue_timeout = 0.01;
            """;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path file = Files.createTempFile("rehearsal", ".sqlite");
        Files.delete(file);
        try {
            ConfigScript.create(file, CHANGES);
            ConfigDatabase database = ConfigDatabase.read(file);
            return refusesForWantOfAWorker(
                            ConfigReader.read(database, DemoDatabase.UUID).valid())
                    ? 0
                    : Main.FAILED;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static boolean refusesForWantOfAWorker(Configuration configuration)
            throws IOException, InterruptedException {
        try (Broker broker = Broker.start(configuration, record -> {})) {
            URI url = URI.create("http://localhost:" + broker.address().getPort() + "/");
            HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
            connection.setReadTimeout(10_000);
            boolean refused = connection.getResponseCode() == HttpURLConnection.HTTP_UNAVAILABLE;
            broker.drain(Duration.ZERO);
            return refused;
        }
    }
}
