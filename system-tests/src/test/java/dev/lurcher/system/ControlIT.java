package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's {@code m2sh control}, and our own client, with a broker that runs. */
class ControlIT {
    private static final String UUID = "site";

    @TempDir
    private Path folder;

    private Path database;
    private int port;

    private BrokerProcess start() throws IOException, InterruptedException {
        port = Addresses.freePort();
        database = M2sh.load(folder, """
                worker = Handler(send_spec="ipc://%1$s/requests", send_ident="site", recv_spec="ipc://%1$s/replies",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%2$d,
                    chroot="%1$s", access_log="/access.log", error_log="/error.log", pid_file="/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                """.formatted(folder, port));
        return BrokerProcess.start(database, UUID);
    }

    private Running m2sh() throws IOException {
        return Running.start(
                "m2sh",
                folder,
                Map.of(),
                List.of("m2sh", "control", "-db", database.toString(), "-name", "site"));
    }

    @Test
    void m2shControlWorks() throws Exception {
        try (BrokerProcess broker = start();
                Running m2sh = m2sh()) {
            m2sh.say("uuid");
            m2sh.output().await(line -> line.endsWith("uuid:  site"));
            m2sh.say("info");
            m2sh.output().await(line -> line.endsWith("port:  " + port));
            m2sh.output().await(line -> line.equals("default_hostname:  localhost"));
            m2sh.say("help");
            m2sh.output().await(line -> line.startsWith("terminate  terminate the server (SIGTERM)"));
            m2sh.say("status what=net");
            m2sh.output().await(line -> line.endsWith("id  fd  type  last_ping  last_read  last_write  bytes_read  bytes_written  "));
            m2sh.say("kill id=12");
            m2sh.output().await(line -> line.endsWith("ERROR: Invalid argument type."));
            m2sh.say("queue");
            m2sh.output().await(line -> line.startsWith("site  0  0  0  "));
            m2sh.say("pause handler=site max=10");
            m2sh.say("stop");
            m2sh.output().await(line -> line.endsWith("msg:  signal sent to server"));
            assertEquals(0, broker.process().exitCode());
        }
        assertFalse(Files.exists(folder.resolve("run/control")));
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

    /** What is logged after a rotation is in the new files. */
    @Test
    void reopensLogs() throws Exception {
        try (BrokerProcess broker = start();
                PyWorker worker = PyWorker.start(folder, "ipc://" + folder + "/requests", "ipc://" + folder + "/replies");
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
