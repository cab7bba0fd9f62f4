package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.FakeBroker;
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
    @CsvSource({"INT, 130", "TERM, 143"})
    void finishesItsRequest(String signal, int status) throws Exception {
        try (FakeBroker broker = new FakeBroker("S")) {
            Endpoints endpoints = broker.endpoints();
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            SlowWorker.class.getName(),
                            endpoints.sendSpec(),
                            endpoints.recvSpec(),
                            endpoints.sender())
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
            } finally {
                process.destroyForcibly();
            }
        }
    }
}
