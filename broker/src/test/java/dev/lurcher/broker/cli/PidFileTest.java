package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidFileTest {
    @TempDir
    private Path folder;

    @Test
    void holdsThePidUntilItIsClosed() throws IOException {
        Path file = folder.resolve("run/broker.pid");
        PidFile pid = PidFile.write(file);
        assertEquals(String.valueOf(ProcessHandle.current().pid()), Files.readString(file));
        pid.close();
        assertFalse(Files.exists(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "999999999"})
    void replacesWhatAnEarlierLifeLeft(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("broker.pid"), text);
        PidFile.write(file).close();
        assertFalse(Files.exists(file));
    }

    @Test
    void doesNotTakeAnyLivingProcessForABroker() throws Exception {
        Process other = new ProcessBuilder("sleep", "60").start();
        try {
            Path file = Files.writeString(folder.resolve("broker.pid"), String.valueOf(other.pid()));
            PidFile.write(file).close();
            assertFalse(Files.exists(file));
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void refusesWhereTheSameProgramRuns() throws Exception {
        String java = ProcessHandle.current().info().command().orElseThrow();
        Process other = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Waiter.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertTrue(other.getInputStream().read() >= 0);
            Path file = Files.writeString(folder.resolve("broker.pid"), String.valueOf(other.pid()));
            String message = assertThrows(StartException.class, () -> PidFile.write(file))
                    .toString();
            assertTrue(message.contains("process " + other.pid()), message);
        } finally {
            other.destroyForcibly();
        }
    }

    /** Another process of the same program. */
    static final class Waiter {
        private Waiter() {}

        /** Says a word and waits to be ended. */
        public static void main(String[] arguments) throws IOException {
            System.out.println("up");
            System.out.flush();
            while (System.in.read() >= 0) {
                // Until the test ends this process.
            }
        }
    }
}
