package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ControlTalk;
import dev.lurcher.broker.testing.ManagedWorker;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that ask a running broker. */
class ControlCommandIT {
    @TempDir
    private Path folder;

    private BrokerHarness broker;
    private ControlTalk port;
    private String endpoint;

    @BeforeEach
    void start() throws IOException {
        endpoint = "ipc://" + folder.resolve("control");
        broker = BrokerHarness.builder()
                .with(Setting.CONTROL_PORT, endpoint)
                .handler("/", "hello")
                .start();
        port = new ControlTalk(broker);
    }

    @AfterEach
    void stop() throws IOException {
        port.close();
        broker.close();
    }

    private String succeed(String... command) {
        String[] all = java.util.Arrays.copyOf(command, command.length + 2);
        all[command.length] = "--endpoint";
        all[command.length + 1] = endpoint;
        return Cli.succeed(all);
    }

    @Test
    void asksOnce() {
        assertEquals("uuid: test\n", succeed("control", "uuid"));
        assertEquals("[ {\n  \"uuid\" : \"test\"\n} ]\n", succeed("control", "uuid", "--json"));
        assertTrue(succeed("control", "help").contains("\nqueue         queues of handlers, [handler=NAME]\n"));
        String status = succeed("control", "status", "what=net");
        assertTrue(status.startsWith("ID  FD  TYPE  LAST PING  "), status);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Cli unknown = Cli.run("control", "nonsense", "--endpoint", endpoint);
        assertEquals(1, unknown.exitCode());
        assertEquals("broker: Callback requested was not found.\n", unknown.err());
        Cli broken = Cli.run("control", "kill", "12", "--endpoint", endpoint);
        assertEquals(2, broken.exitCode());
        assertEquals("broker: \"12\" is no KEY=VALUE. Fix: see help.\n", broken.err());
        assertMisused("broker: status: what it is to tell is missing. Fix: write what=net", "status");
        assertMisused("broker: kill: which connection is missing. Fix: write id=NUMBER", "kill");
        assertMisused("broker: kill: the id is no number. Fix: ", "kill", "id=x");
        Cli other = Cli.run("control", "status", "what=all", "--endpoint", endpoint);
        assertEquals(1, other.exitCode());
        assertTrue(other.err().startsWith("broker: Expected argument what=['net'|'tasks']. Fix: write "), other.err());
        Cli gone = Cli.run("control", "kill", "id=77", "--endpoint", endpoint);
        assertEquals(1, gone.exitCode());
        assertTrue(gone.err().startsWith("broker: kill: no connection of a client has this id"), gone.err());
        String nowhere = "ipc://" + folder.resolve("nowhere");
        Cli nobody = Cli.run("control", "uuid", "--endpoint", nowhere);
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.err().startsWith("broker: no broker answers at " + nowhere + ": "), nobody.err());
        assertTrue(nobody.err().contains(" Fix: "), nobody.err());
        Cli noEndpoint = Cli.run("control", "uuid", "--endpoint", "run/control");
        assertEquals(1, noEndpoint.exitCode());
        assertTrue(noEndpoint.err().startsWith("broker: endpoint \"run/control\": "), noEndpoint.err());
        Files.writeString(folder.resolve("x.sqlite"), "no database");
        Cli noDatabase =
                Cli.run("control", "uuid", "--db", folder.resolve("x.sqlite").toString());
        assertEquals(1, noDatabase.exitCode());
    }

    private void assertMisused(String said, String... command) {
        List<String> words = new ArrayList<>(List.of("control", "--endpoint", endpoint));
        words.addAll(List.of(command));
        Cli run = Cli.run(words.toArray(String[]::new));
        assertEquals(2, run.exitCode());
        assertTrue(run.err().startsWith(said), run.err());
    }

    private Cli converse(String lines) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(new ControlCommand(new StringReader(lines)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute("--endpoint", endpoint);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    @Test
    void asksLineByLine() {
        Cli run = converse("uuid\n\n  info  \nquit\nuuid\n");
        assertEquals(0, run.exitCode());
        assertTrue(run.out().startsWith("uuid: test\nPORT "), run.out());
        assertEquals("", run.err());
        Cli failing = converse("nonsense\nuuid\n");
        assertEquals(1, failing.exitCode());
        assertEquals("uuid: test\n", failing.out());
    }

    @Test
    void showsAndEmptiesTheQueue() throws Exception {
        try (RawClient client = broker.client()) {
            client.get("/a");
            Await.until("it waits", () -> broker.pool("hello").queued() == 1);
            String queue = succeed("queue");
            assertTrue(
                    queue.startsWith("HANDLER  DEPTH  BYTES  OLDEST  WAIT P50  WAIT P95  WAIT P99  IN FLIGHT  "),
                    queue);
            assertTrue(queue.contains("\nhello    1      0      "), queue);
            String peek = succeed("queue", "peek", "hello");
            assertTrue(peek.contains("GET     /a    localhost  127.0.0.1"), peek);
            assertEquals("dropped: 0\n", succeed("queue", "drop", "hello", "--older", "1h"));
            assertEquals("dropped: 1\n", succeed("queue", "drop", "--older", "0"));
            assertTrue(client.answer().contains("X-Lurcher-Reason: dropped\r\n"));
        }
        Cli unknown = Cli.run("queue", "peek", "nobody", "--endpoint", endpoint);
        assertEquals("broker: no handler is called \"nobody\". Fix: take one of hello.\n", unknown.err());
    }

    @Test
    void pausesAndResumes() throws Exception {
        String paused = succeed("pause", "localhost", "--max", "5m", "--json");
        assertTrue(paused.contains("\"handler\" : \"hello\""), paused);
        assertTrue(broker.pool("hello").figures().pausedMillis() > 200_000);
        succeed("resume", "hello");
        assertEquals(0, broker.pool("hello").figures().pausedMillis());
        Cli unknown = Cli.run("pause", "nobody", "--endpoint", endpoint);
        assertEquals(
                "broker: no handler and no host with a handler is called \"nobody\". Fix: take one of the hosts localhost, or"
                        + " of the handlers hello.\n",
                unknown.err());
    }

    @Test
    void drainsAndKicksWorkers() throws Exception {
        try (ManagedWorker worker = broker.managedWorker("hello")) {
            worker.hello("one", 0);
            Await.until("it has joined", () -> broker.pool("hello").hasWorkers());
            long number = broker.pool("hello").figures().workers().get(0).number();
            String workers = succeed("workers", "hello");
            assertTrue(workers.matches("(?s)HANDLER +WORKER +NAME .*\nhello +" + number + " +one .*"), workers);
            assertTrue(succeed("drain", String.valueOf(number)).contains("draining"));
            assertTrue(broker.pool("hello").figures().workers().get(0).draining());
            succeed("kick", "one");
            Await.until("it is gone", () -> !broker.pool("hello").hasWorkers());
            Cli unknown = Cli.run("kick", "one", "--endpoint", endpoint);
            assertEquals(1, unknown.exitCode());
            assertTrue(unknown.err().startsWith("broker: no worker has the number or name \"one\"."), unknown.err());
        }
    }
}
