package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedDatabaseIT {
    @TempDir
    private Path folder;

    @Test
    void aDatabaseThatAnotherProcessKeepsLockedIsRefusedSoon() throws IOException, InterruptedException {
        Path file = Databases.demo(folder, "");
        Process other = new ProcessBuilder("sqlite3", file.toString())
                .redirectErrorStream(true)
                .start();
        try (Writer input = new OutputStreamWriter(other.getOutputStream(), StandardCharsets.UTF_8);
                BufferedReader output =
                        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
            input.write("BEGIN EXCLUSIVE; SELECT 'locked';\n");
            input.flush();
            assertEquals("locked", output.readLine());

            long start = System.nanoTime();
            Cli run = Cli.run("check", "--db", file.toString());
            assertTrue(System.nanoTime() - start < Duration.ofSeconds(2).toNanos());
            assertEquals(1, run.exitCode());
            assertEquals(
                    "broker: " + file
                            + " is locked: another process is writing to it. Fix: let it end its transaction, then try again.\n",
                    run.err());
        }
        other.waitFor();
        Cli.succeed("check", "--db", file.toString());
    }
}
