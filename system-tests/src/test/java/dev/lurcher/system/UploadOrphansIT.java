package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a broker that is killed leaves of uploads: the next one deletes what is not complete, and nothing else. */
@Timeout(120)
class UploadOrphansIT {
    private static final byte[] CONTENT = new byte[100_000];

    @TempDir
    private Path directory;

    @Test
    void theNextBrokerDeletesWhatWasNotComplete() throws Exception {
        int port = Addresses.freePort();
        Path database = M2sh.load(directory, """
                worker = Handler(send_spec="ipc://%1$s/requests", send_ident="site", recv_spec="ipc://%1$s/replies",
                    recv_ident="")
                site = Server(uuid="site", name="site", default_host="localhost", bind_addr="127.0.0.1", port=%2$d,
                    access_log="%1$s/access.log", error_log="%1$s/error.log", pid_file="%1$s/pid",
                    hosts=[Host(name="localhost", routes={"/": worker})])
                servers = [site]
                settings = {"upload.temp_store": "%1$s/up.XXXXXX"}
                """.formatted(directory, port));
        Path foreign = Files.write(directory.resolve("up.foreig"), CONTENT);
        Path complete;
        Path begun;
        try (BrokerProcess killed = BrokerProcess.start(database, "site");
                PyWorker worker = PyWorker.start(
                        directory, "ipc://" + directory + "/requests", "ipc://" + directory + "/replies")) {
            try (RawClient client = new RawClient(killed.address())) {
                client.send(head()).send(CONTENT).answer();
                worker.nextMessage();
                complete = file(worker);
            }
            try (RawClient client = new RawClient(killed.address())) {
                client.send(head()).send(new byte[10_000]);
                begun = file(worker);
                killed.process().signal("KILL");
                killed.process().exitCode();
            }
        }
        assertTrue(Files.exists(begun), "a broker that is killed can delete nothing");
        try (BrokerProcess next = BrokerProcess.start(database, "site")) {
            assertFalse(Files.exists(begun));
            assertArrayEquals(CONTENT, Files.readAllBytes(complete));
            assertArrayEquals(CONTENT, Files.readAllBytes(foreign));
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> journals = files.filter(
                            file -> file.getFileName().toString().startsWith(".up."))
                    .toList();
            assertEquals(List.of(), journals);
        }
    }

    private static String head() {
        return "POST /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + CONTENT.length + "\r\n\r\n";
    }

    /** The file of which the next message tells. */
    private static Path file(PyWorker worker) throws InterruptedException {
        WorkerMessage message = WorkerMessage.of(worker.nextMessage());
        while (message.path().equals("@*")) {
            message = WorkerMessage.of(worker.nextMessage());
        }
        return Path.of(message.headers()
                .getOrDefault("x-mongrel2-upload-start", List.of())
                .get(0));
    }
}
