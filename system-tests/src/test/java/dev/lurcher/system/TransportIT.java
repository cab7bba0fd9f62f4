package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.RawClient;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole road, with Netty's native library and where that cannot be loaded. */
class TransportIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"'', epoll", "-Dio.netty.transport.noNative=true, nio"})
    void servesOverUnixSockets(String javaOptions, String transport) throws Exception {
        OneHandler site = OneHandler.in(directory);
        try (BrokerProcess broker = BrokerProcess.start(site.database(), OneHandler.UUID, javaOptions);
                PyWorker worker = site.startWorker();
                RawClient client = new RawClient(broker.address())) {
            String listening = broker.process().errors().all().get(0);
            assertTrue(listening.contains(" (" + transport + ", "), listening);

            String content = "echo ".repeat(10_000);
            String head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + content.length() + "\r\n\r\n";
            assertTrue(client.send(head + content).answer().endsWith("\r\n\r\n" + content));
            assertEquals("/echo", WorkerMessage.of(worker.nextMessage()).path());

            RawClient leaving = new RawClient(broker.address()).get("/hold");
            assertEquals("/hold", WorkerMessage.of(worker.nextMessage()).path());
            leaving.reset();
            assertEquals("@*", WorkerMessage.of(worker.nextMessage()).path());
        }
    }
}
