package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lurcher.broker.Broker;
import dev.lurcher.broker.Keeper;
import dev.lurcher.broker.Origin;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.dispatch.HandlerPool;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code broker why}, as docs/observability.md shows it. */
class WhyCommandIT {
    private static final Pattern EXAMPLE =
            Pattern.compile("```console\n\\$ broker why [^\n]+\n(.*?)```", Pattern.DOTALL);
    private static final Pattern REQUEST_ID = Pattern.compile("\r\nX-Request-Id: ([0-9a-f]{16})\r\n");

    private static final Keeper NOBODY = new Keeper() {
        @Override
        public void stop() {
            throw new AssertionError("nothing is stopped");
        }

        @Override
        public void reopenLogs() {
            throw new AssertionError("nothing is reopened");
        }
    };

    @TempDir
    private Path folder;

    private Broker start() {
        Path database = Databases.demo(folder, """
                DELETE FROM route WHERE target_id > 1;
                DELETE FROM handler WHERE id > 1;
                UPDATE server SET port = 0, control_port = 'ipc://%s/control';
                UPDATE handler SET timeout = 0.1, send_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id, 0),
                    recv_spec = 'tcp://127.0.0.1:' || printf('%%0*d', 2 * id + 1, 0);
                """.formatted(folder));
        ConfigReader.Loaded loaded = ConfigReader.read(ConfigDatabase.read(database), "demo");
        Origin origin = new Origin() {
            @Override
            public ConfigReader.Loaded read() {
                return loaded;
            }

            @Override
            public long revision() {
                return 4;
            }
        };
        Broker broker = Broker.start(loaded.valid(), record -> {}, EventLoops.start(2), origin);
        broker.openControlPort(NOBODY);
        return broker;
    }

    private Cli why(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "why";
        arguments[1] = "--endpoint";
        arguments[2] = "ipc://" + folder + "/control";
        System.arraycopy(more, 0, arguments, 3, more.length);
        return Cli.run(arguments);
    }

    /** What differs from run to run is made the same. */
    private static String comparable(String text) {
        return text.replaceAll("[0-9a-f]{16}", "ID")
                .replaceAll("2026-[0-9T:.-]+Z", "TIME")
                .replaceAll("127.0.0.1:[0-9]+", "CLIENT")
                .replaceAll("after [0-9.]+(us|ms|s)|after 0", "after TIME")
                .replaceAll("[0-9]+ bytes", "N bytes");
    }

    /** Time zones and years aside, a point in time as JSON has it. */
    private static String withoutTime(String text) {
        return text.replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z", "2026-T:Z");
    }

    @Test
    void tellsWhatBecameOfARequest() throws IOException {
        try (Broker broker = start()) {
            HandlerPool hello = broker.pools().stream()
                    .filter(pool -> pool.name().equals("hello"))
                    .findFirst()
                    .orElseThrow();
            String endpoint =
                    broker.endpoints().stream().map(Object::toString).toList().get(1);
            String id;
            try (ManagedWorker worker = new ManagedWorker(endpoint, hello.name())) {
                worker.hello("w", 1);
                try (RawClient client = new RawClient(broker.address())) {
                    Matcher answer = REQUEST_ID.matcher(client.get("/a").answer());
                    assertTrue(answer.find());
                    id = answer.group(1);
                }
            }
            Cli told = why(id);
            Matcher shown = EXAMPLE.matcher(Files.readString(Path.of("../docs/observability.md")));
            assertTrue(shown.find());
            assertEquals(comparable(withoutTime(shown.group(1))), comparable(withoutTime(told.out() + told.err())));
            assertEquals(0, told.exitCode());

            JsonNode json = new ObjectMapper().readTree(why(id, "--json").out()).path(0);
            assertEquals(id, json.path("request").asText());
            assertEquals("worker_timeout", json.path("reason").asText());
            assertEquals(42, json.path("worker_pid").asInt());

            Cli failures = why();
            assertTrue(failures.out().contains(id), failures::out);
            assertEquals(0, failures.exitCode());

            Cli unknown = why("0000000000000000");
            assertEquals(1, unknown.exitCode());
            assertTrue(unknown.err().contains("is not remembered. Fix: "), unknown::err);
            Cli nonsense = why("nonsense");
            assertEquals(1, nonsense.exitCode());
            assertTrue(nonsense.err().contains("sixteen hexadecimal digits"), nonsense::err);
        }
    }
}
