package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that {@code m2sh load} made run unchanged, with workers over libzmq. */
class M2shDatabaseIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"PUB", "XPUB"})
    void servesOverTcpWithAWorkerOfEitherKind(String replies) throws Exception {
        int port = Addresses.freePort();
        String requestsSpec = "tcp://127.0.0.1:" + Addresses.freePort();
        String repliesSpec = "tcp://127.0.0.1:" + Addresses.freePort();
        Path database = M2sh.load(directory, """
                # the example of Mongrel2's manual, with a handler in place of its directory
                handler_test = Handler(send_spec='%s',
                                       send_ident='34f9ceee-cd52-4b7f-b197-88bf2f0ec378',
                                       recv_spec='%s', recv_ident='')
                main = Server(
                    uuid="f400bf85-4538-4f7a-8908-67e313d515c2",
                    access_log="/logs/access.log",
                    error_log="/logs/error.log",
                    chroot="./",
                    default_host="localhost",
                    name="test",
                    bind_addr="127.0.0.1",
                    pid_file="/run/mongrel2.pid",
                    port=%d,
                    hosts = [
                        Host(name="localhost", routes={'/echo': handler_test, '/users/([0-9]+)': handler_test})
                    ]
                )
                settings = {"zeromq.threads": 1, "limits.content_length": 20480, "upload.temp_store": "/tmp/up.XXXXXX"}
                servers = [main]
                """.formatted(requestsSpec, repliesSpec, port));
        Files.createDirectories(directory.resolve("logs"));
        Files.createDirectories(directory.resolve("run"));
        byte[] before = Files.readAllBytes(database);

        try (BrokerProcess broker = BrokerProcess.start(database, "f400bf85-4538-4f7a-8908-67e313d515c2");
                PyWorker worker = PyWorker.start(directory, requestsSpec, repliesSpec, replies);
                RawClient client = new RawClient(broker.address())) {
            assertEquals(port, broker.address().getPort());
            assertEcho(client, "hello");
            assertEcho(client, "again, on the same connection");
            assertEquals("/echo", WorkerMessage.of(worker.nextMessage()).path());
        }
        assertArrayEquals(before, Files.readAllBytes(database), "the database");
    }

    /** As products generate it that put Mongrel2 in front of themselves. */
    @Test
    void servesAGeneratedConfiguration() throws Exception {
        int port = Addresses.freePort();
        Path database = M2sh.load(directory, """
                handler = Handler(send_spec="ipc://%1$s/pushpin-m2-out-7999", send_ident="pushpin-m2-7999",
                    recv_spec="ipc://%1$s/pushpin-m2-in-7999", recv_ident="pushpin-m2-7999 ", protocol="tnetstring")
                default_7999 = Server(uuid="default_7999", name="default_7999", access_log="/dev/stdout",
                    error_log="%1$s/error.log", chroot="", pid_file="%1$s/m2.pid",
                    control_port="ipc://%1$s/pushpin-m2-control-7999", default_host="default",
                    bind_addr="127.0.0.1", port=%2$d, use_ssl=0,
                    hosts=[Host(name="default", matching="default", routes={"/": handler})])
                servers = [default_7999]
                settings = {"certdir": "%1$s/certs/", "upload.stream": 1, "superpoll.max_fd": 65536,
                    "server.daemonize": 0, "no_clobber_xff": 1, "request.relaxed": 1, "download.flow_control": 1,
                    "net.tcp_keepalive": 1, "limits.buffer_size": 65536, "disable.access_logging": 0,
                    "limits.tick_timer": 1, "zeromq.threads": 1}
                """.formatted(directory, port));

        try (BrokerProcess broker = BrokerProcess.start(database, "default_7999");
                PyWorker worker = PyWorker.start(
                        directory,
                        "ipc://" + directory + "/pushpin-m2-out-7999",
                        "ipc://" + directory + "/pushpin-m2-in-7999");
                RawClient client = new RawClient(broker.address())) {
            assertEcho(client, "hello");
            WorkerMessage message = WorkerMessage.of(worker.nextMessage());
            assertEquals("pushpin-m2-7999", message.sender());
            assertEquals("tnetstring", message.form());
            assertFalse(message.headers().containsKey("x-forwarded-for"), "no_clobber_xff=1 adds none");
            String relaxed = client.send("GET /{a}^ HTTP/1.1\r\nHost: any.example\r\n\r\n")
                    .head();
            assertTrue(relaxed.startsWith("HTTP/1.1 200"), relaxed);
            assertEquals("/{a}^", WorkerMessage.of(worker.nextMessage()).path());
        }
    }

    private static void assertEcho(RawClient client, String content) throws IOException {
        String request = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(content.length(), content);
        String answer = client.send(request.getBytes(ISO_8859_1)).answer();
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n") && answer.endsWith("\r\n\r\n" + content), answer);
    }
}
