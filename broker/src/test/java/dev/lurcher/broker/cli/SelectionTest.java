package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which servers a command means. */
class SelectionTest {
    private static final String THREE = """
            UPDATE server SET pid_file = 'FOLDER/a';
            INSERT INTO server (uuid, name, port, default_host, access_log, error_log, pid_file)
                VALUES ('b', 'second', 6768, 'example.org', 'a', 'e', 'FOLDER/b'),
                       ('c', 'second', 6769, 'example.com', 'a', 'e', 'FOLDER/c');
            """;

    @TempDir
    private Path folder;

    private Cli status(String changes, String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "status";
        arguments[1] = "--db";
        arguments[2] = Databases.demo(folder, changes.replace("FOLDER", folder.toString()))
                .toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Cli.run(arguments);
    }

    private static long shown(Cli run) {
        return run.out().lines().count() - 1;
    }

    @Test
    void theOnlyOneNeedsNoNaming() {
        Cli run = status("");

        assertEquals(1, run.exitCode());
        assertEquals(1, shown(run));
    }

    @ParameterizedTest
    @CsvSource({"--name, demo, demo", "--host, example.org, b", "--uuid, c, c"})
    void oneIsNamedInThreeWays(String option, String value, String uuid) {
        Cli run = status(THREE, option, value);

        assertEquals(1, shown(run), run.err());
        assertTrue(run.out().lines().toList().get(1).startsWith(uuid + " "), run.out());
    }

    @Test
    void everyMeansEvery() {
        assertEquals(3, shown(status(THREE, "--every")));
    }

    @Test
    void ofSeveralOneMustBeNamed() {
        Cli run = status(THREE);

        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().contains("the configuration has 3 servers. Fix: name one: --uuid demo (--name demo), "),
                run.err());
    }

    @Test
    void aNameThatTwoHaveNamesNone() {
        Cli run = status(THREE, "--name", "second");

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("2 servers match the description. Fix: take --uuid; "), run.err());
    }

    @Test
    void oneThatThereIsNotIsNone() {
        Cli run = status(THREE, "--host", "elsewhere");

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("no server matches the description. Fix: name one: "), run.err());
    }

    @Test
    void twoWaysAtOnceAreNoWay() {
        Cli run = status(THREE, "--name", "demo", "--every");

        assertEquals(2, run.exitCode());
        assertTrue(run.err().contains("give one of --name, --host, --uuid and --every"), run.err());
    }
}
