package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.Keeper;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/control.md: each example prints what it says there, one after the other, asked of the demo's server with a worker of handler
 * hello and a request that waits for one of handler echo.
 */
class ControlDocumentIT {
    private static final Path DOCUMENT = Path.of("../docs/control.md");
    private static final Pattern EXAMPLE = Pattern.compile("```console\n\\$ broker ([^\n]+)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PYTHON = Pattern.compile("```python\n(.*?)```\n\nprints `([^`]+)`", Pattern.DOTALL);

    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*) \\|");
    private static final Pattern QUOTED = Pattern.compile("`([a-z_]+)[^`]*`");

    private static final Keeper NOBODY = new Keeper() {
        @Override
        public void stop() {
            throw new AssertionError("the document stops nothing");
        }

        @Override
        public void reopenLogs() {
            throw new AssertionError("the document reopens nothing");
        }
    };

    @TempDir
    private Path folder;

    private Broker start() {
        Path database = Databases.demo(folder, """
                UPDATE server SET port = 0, control_port = 'ipc://%s/control';
                UPDATE handler SET send_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id, 0),
                    recv_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id + 1, 0);
                """.formatted(folder));
        Broker broker = Broker.start(
                ConfigReader.read(ConfigDatabase.read(database), "demo").valid(), record -> {});
        broker.openControlPort(NOBODY);
        return broker;
    }

    private static HandlerPool pool(Broker broker, String name) {
        return broker.pools().stream()
                .filter(pool -> pool.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void printsWhatItShows() throws Exception {
        String document = Files.readString(DOCUMENT);
        try (Broker broker = start();
                ManagedWorker worker =
                        new ManagedWorker(broker.endpoints().get(1).toString(), "hello");
                RawClient client = new RawClient(broker.address())) {
            worker.hello("shop-1", 0);
            Await.until("the worker has joined", () -> pool(broker, "hello").hasWorkers());
            client.get("/echo/a");
            Await.until(
                    "a request has waited", () -> pool(broker, "echo").figures().oldestMicros() > 150_000);
            List<MatchResult> examples = EXAMPLE.matcher(document).results().toList();
            assertTrue(examples.size() > 8, "examples");
            examples.forEach(this::compare);
            assertTrue(client.answer().contains("X-Lurcher-Reason: dropped\r\n"));
        }
    }

    private void compare(MatchResult example) {
        List<String> arguments = new ArrayList<>(Arrays.asList(example.group(1).split(" ")));
        arguments.add("--db");
        arguments.add(folder.resolve("config.sqlite").toString());
        assertEquals(comparable(example.group(2)), comparable(Cli.succeed(arguments.toArray(String[]::new))));
    }

    /** Numbers and times differ from run to run, and the widths of columns with them. */
    private static String comparable(String text) {
        return text.replaceAll("\\b[0-9]+(\\.[0-9]+)*(us|ms|s|m)?\\b", "N").replaceAll(" +", " ");
    }

    /** The first cells of its table of commands name each, perhaps with arguments, and no other. */
    @Test
    void explainsEveryCommand() throws Exception {
        Set<String> explained = new TreeSet<>();
        for (MatchResult row : ROW.matcher(Files.readString(DOCUMENT)).results().toList()) {
            QUOTED.matcher(row.group(1)).results().forEach(name -> explained.add(name.group(1)));
        }
        try (Broker broker = start()) {
            String help = Cli.succeed("control", "help", "--endpoint", String.valueOf(broker.controlEndpoint()));
            Set<String> known = new TreeSet<>();
            help.lines().skip(1).forEach(line -> known.add(line.split(" ")[0]));
            explained.add("help");
            assertEquals(known, explained);
        }
    }

    @Test
    void thePythonExampleWorks() throws Exception {
        Matcher example = PYTHON.matcher(Files.readString(DOCUMENT));
        assertTrue(example.find());
        Path script = Files.writeString(folder.resolve("ask.py"), example.group(1));
        try (Broker broker = start()) {
            assertEquals(example.group(2) + "\n", run(script, String.valueOf(broker.controlEndpoint())));
        }
    }

    private static String run(Path script, String endpoint) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        System.getProperty("test.python", "/usr/bin/python3"), script.toString(), endpoint)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), said);
            return said;
        }
    }
}
