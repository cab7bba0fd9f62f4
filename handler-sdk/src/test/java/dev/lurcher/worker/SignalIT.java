package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.testing.FakeBroker;
import dev.lurcher.worker.testing.ManagedBroker;
import dev.lurcher.worker.testing.PlayedBroker;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A worker process that is asked to end finishes its request first. */
class SignalIT {
    @ParameterizedTest
    @CsvSource({"INT, 130, false", "TERM, 143, false", "INT, 130, true", "TERM, 143, true"})
    void finishesItsRequest(String signal, int status, boolean classic) throws Exception {
        try (PlayedBroker broker = classic ? new FakeBroker("S") : new ManagedBroker("S")) {
            Endpoints endpoints = broker.endpoints();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            SlowWorker.class.getName(),
                            endpoints.sendSpec(),
                            endpoints.recvSpec(),
                            endpoints.sender(),
                            Boolean.toString(classic))
                    .redirectError(Redirect.INHERIT)
                    .start();
            try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
                broker.request(1, "/slow");
                assertEquals("begun", out.readLine());
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor();
                assertEquals("asked to end", out.readLine());
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                assertTrue(broker.reply().endsWith("\r\n\r\nfinished"));
                assertTrue(process.waitFor(20, TimeUnit.SECONDS), "has not ended");
                assertEquals(status, process.exitValue());
                if (broker instanceof ManagedBroker managed) {
                    assertInstanceOf(WorkerControl.Hello.class, managed.control());
                    assertInstanceOf(WorkerControl.Drain.class, managed.control());
                    assertInstanceOf(WorkerControl.Bye.class, managed.control());
                }
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
