package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers in the background: what their commands say, and whether it is true. */
class LifeIT {
    @TempDir
    private Path directory;

    private Finished broker(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(BrokerProcess.installed().resolve("bin/broker").toString()));
        command.addAll(List.of(arguments));
        return Finished.run(
                directory, Map.of("LURCHER_JAVA", System.getProperty("java.home")), Lines.DEADLINE, command);
    }

    /** A server with one handler; its database is where the commands look for it. */
    private OneHandler configured() throws IOException, InterruptedException {
        OneHandler site = OneHandler.in(directory);
        Files.move(site.database(), directory.resolve("config.sqlite"));
        return site;
    }

    private void sql(String script) throws IOException, InterruptedException {
        Finished done = Finished.run(
                directory,
                Map.of(),
                Lines.DEADLINE,
                List.of("sqlite3", directory.resolve("config.sqlite").toString(), script));
        assertEquals(0, done.exitCode(), done.output());
    }

    private static void assertSaid(int exitCode, String words, Finished run) {
        assertEquals(exitCode, run.exitCode(), run.output());
        assertTrue(run.output().contains(words), run.output());
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        broker("stop", "--every", "--now");
    }

    @Test
    void startSaysWhatIsInTheWay() throws Exception {
        OneHandler site = configured();
        try (ServerSocket taken = new ServerSocket(site.port(), 1, InetAddress.getLoopbackAddress())) {
            Finished start = broker("start");

            assertSaid(1, "it ended with exit code 1 and did not start. It said:", start);
            assertSaid(1, "server row 1, port: cannot listen on 127.0.0.1:" + taken.getLocalPort(), start);
        }
        assertSaid(1, "lurcher is not running because pid_file isn't there.", broker("running"));
    }

    @Test
    void startSaysWhatIsWrongWithTheConfiguration() throws Exception {
        configured();
        sql("UPDATE server SET port = 70000");

        assertSaid(1, "ERROR server row 1, port = 70000: ", broker("start"));
        assertTrue(Files.notExists(directory.resolve("error.log")));
    }

    @Test
    void aPidFileThatWasLeftBehindIsNoServer() throws Exception {
        OneHandler site = configured();
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Files.writeString(directory.resolve("pid"), String.valueOf(other.pid()));

            assertSaid(1, "lurcher at PID " + other.pid() + " is NOT running.", broker("running"));
            assertSaid(0, "does not run", broker("stop"));
            assertSaid(0, "listening on 127.0.0.1:" + site.port(), broker("start"));
            assertTrue(other.isAlive());
        } finally {
            other.destroy();
        }
    }

    @Test
    void stopNowCutsWhatIsUnderWay() throws Exception {
        OneHandler site = configured();
        assertSaid(0, "listening", broker("start"));
        try (PyWorker worker = site.startWorker();
                RawClient client = new RawClient(Addresses.of(site.port()))) {
            client.get("/hold");
            worker.nextMessage();

            assertSaid(0, "stopped", broker("stop", "--now"));

            assertEquals("", client.untilEnd().replace("[reset]", ""));
        }
    }

    @Test
    void stopWaitsForWhatIsUnderWay() throws Exception {
        OneHandler site = configured();
        assertSaid(0, "listening", broker("start"));
        try (PyWorker worker = site.startWorker();
                RawClient client = new RawClient(Addresses.of(site.port()))) {
            client.get("/hold");
            worker.nextMessage();
            Thread releaser = Thread.ofVirtual().start(() -> releaseOnceNobodyIsTaken(site, worker));

            assertSaid(0, "stopped", broker("stop"));

            assertTrue(client.untilEnd().endsWith("held"));
            releaser.join();
        }
    }

    private static void releaseOnceNobodyIsTaken(OneHandler site, PyWorker worker) {
        try {
            long until = System.nanoTime() + Lines.DEADLINE.toNanos();
            while (System.nanoTime() - until < 0) {
                new RawClient(Addresses.of(site.port())).close();
            }
        } catch (IOException refused) {
            release(worker);
        }
    }

    private static void release(PyWorker worker) {
        try {
            worker.release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyMeansEvery() throws Exception {
        configured();
        sql("""
                INSERT INTO server (uuid, access_log, error_log, chroot, pid_file, default_host, name, bind_addr, port)
                    VALUES ('two', 'access2.log', 'error2.log', '', 'pid2', 'h', 'two', '127.0.0.1', %d);
                INSERT INTO host (server_id, name, matching) VALUES (2, 'h', 'h');
                """.formatted(Addresses.freePort()));

        assertSaid(1, "the configuration has 2 servers", broker("start"));
        Finished start = broker("start", "--every");
        assertSaid(0, "site: listening on ", start);
        assertSaid(0, "two: listening on ", start);
        assertSaid(0, "two: stopped", broker("stop", "--name", "two"));
        assertSaid(1, "running", broker("running", "--every"));
        assertSaid(0, "running", broker("running", "--uuid", "site"));
    }

    @Test
    void restartStopsNothingWhereTheConfigurationIsWrong() throws Exception {
        configured();
        assertSaid(0, "listening", broker("start"));
        sql("UPDATE server SET default_host = 'nobody'");

        assertSaid(1, "default_host", broker("restart"));

        assertSaid(0, "running.", broker("running"));
    }

    @Test
    void reloadTakesAServerThatRuns() throws Exception {
        configured();

        assertSaid(1, "does not run. Fix: start it, with broker start.", broker("reload"));
    }

    @Test
    void reloadSaysWhoCannotHearIt() throws Exception {
        configured();
        ProcessBuilder deaf = new ProcessBuilder(
                        "sh",
                        "-c",
                        "trap '' HUP; exec \"$0\" run config.sqlite",
                        BrokerProcess.installed().resolve("bin/broker").toString())
                .directory(directory.toFile());
        deaf.environment().put("LURCHER_JAVA", System.getProperty("java.home"));
        try (Background server = Background.start(deaf)) {
            server.awaitOutput("listening on ");

            assertSaid(1, "was started to ignore HUP, as by nohup", broker("reload"));

            assertSaid(0, "applied", broker("control", "reload", "what=result", "--uuid", OneHandler.UUID));
        }
    }
}
