package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigScript;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's {@code m2sh control}, and our own client, with a broker that runs. */
class ControlIT {
    private static final String UUID = "site";

    @TempDir
    private Path folder;

    private Path database;
    private int port;

    @BeforeEach
    void load() throws IOException, InterruptedException {
        port = Addresses.freePort();
        database = M2sh.load(folder, """
                worker = Handler(send_spec="ipc://%1$s/requests", send_ident="site", recv_spec="ipc://%1$s/replies",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%2$d,
                    chroot="%1$s", access_log="/access.log", error_log="/error.log", pid_file="/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                """.formatted(folder, port));
    }

    private BrokerProcess start() throws IOException, InterruptedException {
        return BrokerProcess.start(database, UUID);
    }

    /** What it prints when these lines are typed. */
    private String m2sh(String... lines) throws IOException, InterruptedException {
        Path typed = Files.write(folder.resolve("typed"), List.of(lines));
        return run("m2sh control -db " + database + " -name site < " + typed);
    }

    @Test
    void m2shControlWorks() throws Exception {
        try (BrokerProcess broker = start()) {
            String said = m2sh(
                    "uuid",
                    "info",
                    "help",
                    "status what=net",
                    "status what=tasks",
                    "kill id=12",
                    "nonsense",
                    "pause handler=site max=10",
                    "resume",
                    "time",
                    "stop");
            for (String line : List.of(
                    "uuid:  site",
                    "port:  " + port,
                    "default_hostname:  localhost",
                    "terminate  terminate the server (SIGTERM)  ",
                    "id  fd  type  last_ping  last_read  last_write  bytes_read  bytes_written  ",
                    "id  system  name  state  status  ",
                    "ERROR: Invalid argument type.",
                    "ERROR: Callback requested was not found.",
                    "handler:  site",
                    "msg:  signal sent to server")) {
                assertTrue(said.lines().anyMatch(line::equals), line + " in\n" + said);
            }
            assertEquals(0, broker.process().exitCode());
        }
        assertFalse(Files.exists(folder.resolve("run/control")));
    }

    @Test
    void m2shUnderstandsADatabaseOfOurs() throws Exception {
        Path ours = folder.resolve("config.sqlite");
        ConfigScript.create(ours, """
                UPDATE server SET port = %1$d, chroot = '%2$s', access_log = '/access.log', error_log = '/error.log',
                    pid_file = '/pid';
                UPDATE handler SET send_spec = 'ipc://%2$s/requests' || id, recv_spec = 'ipc://%2$s/replies' || id;
                """.formatted(port, folder));
        assertTrue(run("m2sh servers -db " + ours).contains("\ndemo localhost demo \n"));
        assertTrue(run("m2sh hosts -db " + ours + " -server demo").contains("\n1 localhost \n"));
        Path typed = Files.writeString(folder.resolve("typed"), "queue\nstop\n");
        try (BrokerProcess broker = BrokerProcess.start(ours, "demo")) {
            String said = run("m2sh control -db " + ours + " -name demo < " + typed);
            assertTrue(said.contains("\necho  0  0  0  "), said);
            assertEquals(0, broker.process().exitCode());
        }
    }

    private String run(String command) throws IOException, InterruptedException {
        return Finished.run(folder, Map.of("HOME", folder.toString()), Lines.DEADLINE, List.of("sh", "-c", command))
                .output();
    }

    @Test
    void ourClientFindsTheBrokerByItsDatabase() throws Exception {
        try (BrokerProcess broker = start();
                Running asked = BrokerProcess.run(folder, "control", "uuid", "--db", database.toString())) {
            assertEquals("uuid: site", asked.output().next());
            assertEquals(0, asked.exitCode());
            try (Running stopping = BrokerProcess.run(folder, "control", "terminate", "--db", database.toString())) {
                assertEquals(0, stopping.exitCode());
            }
            assertEquals(0, broker.process().exitCode());
            try (Running late = BrokerProcess.run(folder, "control", "uuid", "--db", database.toString())) {
                assertEquals(1, late.exitCode());
                String said = late.errors().next();
                assertTrue(said.startsWith("broker: no broker answers at ipc://" + folder + "/run/control: "), said);
            }
        }
    }

    private String ask(String message) throws IOException {
        Endpoint endpoint = Endpoint.parse("ipc://" + folder + "/run/control");
        try (Requester requester = Requester.connect(endpoint, Lines.DEADLINE)) {
            return new String(requester.ask(message.getBytes(ISO_8859_1)), ISO_8859_1);
        }
    }

    @Test
    void reloadsAndSaysWhatIsWrong() throws Exception {
        String reload = "12:6:reload,0:}]";
        try (BrokerProcess broker = start();
                RawClient client = new RawClient(broker.address())) {
            ask("41:5:pause,29:7:handler,4:site,3:max,3:600#}]");
            Databases.execute(
                    database,
                    "INSERT INTO route (path, host_id, target_id, target_type)"
                            + " SELECT '/new', host_id, target_id, target_type FROM route LIMIT 1");
            assertEquals("59:7:headers,6:3:msg,]4:rows,29:25:21:signal sent to server,]]}", ask(reload));
            Databases.execute(database, "UPDATE route SET target_id = 99 WHERE path = '/new'");
            String refused = ask(reload);
            assertTrue(refused.contains("14:RELOAD_REFUSED,"), refused);
            assertTrue(refused.contains("route row "), refused);
            Databases.execute(database, "DELETE FROM route WHERE path = '/new'");
            String applied = ask("29:6:reload,16:4:what,6:result,}]");
            assertTrue(applied.contains("7:outcome,7:applied,"), applied);
            assertTrue(applied.contains("6:change,"), applied);
            client.get("/held");
            assertTrue(client.hearsNothing(50), "a reload does not end a pause");
            try (PyWorker worker =
                    PyWorker.start(folder, "ipc://" + folder + "/requests", "ipc://" + folder + "/replies")) {
                ask("12:6:resume,0:}]");
                assertTrue(client.answer().startsWith("HTTP/1.1 200 "));
                worker.nextMessage();
            }
        }
    }

    /** What is logged after a rotation is in the new files. */
    @Test
    void reopensLogs() throws Exception {
        try (BrokerProcess broker = start();
                PyWorker worker =
                        PyWorker.start(folder, "ipc://" + folder + "/requests", "ipc://" + folder + "/replies");
                RawClient client = new RawClient(broker.address())) {
            Files.move(folder.resolve("access.log"), folder.resolve("access.log.1"));
            Files.move(folder.resolve("error.log"), folder.resolve("error.log.1"));
            try (Running asked = BrokerProcess.run(folder, "control", "reopen", "--db", database.toString())) {
                assertEquals("msg: log files opened anew", asked.output().next());
            }
            client.get("/after").answer();
            worker.nextMessage();
            broker.process().signal("TERM");
            assertEquals(0, broker.process().exitCode());
        }
        assertTrue(Files.readString(folder.resolve("access.log")).contains("/after"));
        assertTrue(Files.readString(folder.resolve("error.log")).contains("figures "));
        assertEquals("", Files.readString(folder.resolve("access.log.1")));
    }
}
