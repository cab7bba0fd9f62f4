package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.loop.EventLoops;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What nobody has foreseen ends the process, with a message, even while event loops run. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FaultIT {
    /** The command line with a command that fails after it has started event loops. */
    static final class Faulty {
        private Faulty() {}

        public static void main(String[] arguments) {
            Main.end(Main.commandLine().addSubcommand(new Failing()), arguments);
        }
    }

    @Command(name = "fail")
    private static final class Failing implements Runnable {
        @Parameters
        private String kind = "";

        @Override
        @SuppressWarnings("resource") // that nobody stops them is what this is about
        public void run() {
            EventLoops.start(1).all().get(0).execute(() -> {});
            switch (kind) {
                case "error" -> throw new StackOverflowError("much too deep");
                default -> throw new IllegalStateException("much too deep");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"error, java.lang.StackOverflowError", "exception, java.lang.IllegalStateException"})
    void endsTheProcess(String kind, String type) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Faulty.class.getName(),
                        "fail",
                        kind)
                .redirectErrorStream(true)
                .start();
        try (InputStream output = process.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, process.waitFor(), said);
            assertTrue(said.startsWith("broker: a fault of the broker itself has ended this command."), said);
            assertTrue(said.contains("\n" + type + ": much too deep\n\tat "), said);
        } finally {
            process.destroyForcibly();
        }
    }
}
