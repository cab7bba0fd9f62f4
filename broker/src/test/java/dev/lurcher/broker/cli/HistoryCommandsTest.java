package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code broker log}, {@code commit}, {@code diff}, {@code rollback} and {@code show}. */
class HistoryCommandsTest {
    @TempDir
    private Path folder;

    private Path config;
    private String database = "";

    @BeforeEach
    void twoRevisions() throws IOException {
        database = folder.resolve("config.sqlite").toString();
        config = folder.resolve("site.conf");
        Files.copy(Path.of("../demo.conf"), config);
        load("the first");
        Files.writeString(config, Files.readString(config).replace("6767", "8080"));
        load("another port");
    }

    private void load(String why) {
        assertEquals(
                0,
                Cli.run("load", "--db", database, "--config", config.toString(), "-m", why)
                        .exitCode());
    }

    private int port() {
        return ConfigReader.read(ConfigDatabase.read(Path.of(database)), "demo")
                .valid()
                .server()
                .port();
    }

    @Test
    void eachLoadIsARevision() {
        String log = Cli.succeed("log", "--db", database);

        assertTrue(
                log.matches("REVISION +WHEN +WHO +WHERE +WHAT +HOW +WHY\n"
                        + "1 +[-0-9]+ [:0-9]+  \\S+ +\\S+ +load  \\S+site.conf  the first\n"
                        + "2 +[-0-9]+ [:0-9]+  \\S+ +\\S+ +load  \\S+site.conf  another port\n"),
                log);
    }

    @Test
    void theLogIsMongrel2s() throws IOException, InterruptedException {
        Process m2sh = new ProcessBuilder("m2sh", "log", "-db", database)
                .redirectErrorStream(true)
                .start();
        String said;
        try (InputStream output = m2sh.getInputStream()) {
            said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }

        assertEquals(0, m2sh.waitFor());
        assertTrue(said.contains("site.conf load another port "), said);
    }

    @Test
    void showsEachRevision() {
        assertTrue(Cli.succeed("show", "--db", database, "--at", "1").contains("port = 6767"));
        assertTrue(Cli.succeed("show", "--db", database, "--at", "2").contains("port = 8080"));
        assertEquals(Cli.succeed("dump", "--db", database), Cli.succeed("show", "--db", database, "--at", "2"));
    }

    @Test
    void showsTheRevisionOfATime() {
        assertTrue(show("0s ago").out().contains("port = 8080"));
        assertTrue(show("2999-01-01").out().contains("port = 8080"));
        assertTrue(show("2999-01-01T00:00:01+01:00").out().contains("port = 8080"));
        Cli early = show("2001-01-01 14:00");
        assertEquals(1, early.exitCode());
        assertTrue(
                early.err()
                        .startsWith(
                                "broker: no revision is as old as 2001-01-01 14:00 (2001-01-01T14:00:00Z). Fix: the oldest is 1, of "),
                early.err());
        assertEquals(
                "broker: --at \"yesterday\" is no revision and no time. Fix: write " + RevisionTime.FORMS + ".\n",
                show("yesterday").err());
    }

    private Cli show(String at) {
        return Cli.run("show", "--db", database, "--at", at);
    }

    @Test
    void configIsLoad() {
        assertTrue(Cli.succeed("config", "--db", database, "--config", config.toString(), "--dry-run")
                .contains("nothing"));
    }

    @Test
    void namesTheRevisionsThereAre() {
        Cli run = Cli.run("show", "--db", database, "--at", "7");

        assertEquals(1, run.exitCode());
        assertEquals(
                "broker: " + database + " has no revision 7. Fix: write 1 to 2; broker log lists them.\n", run.err());
    }

    @Test
    void aDatabaseWithoutRevisionsSaysSo() throws IOException {
        Path demo = Databases.demo(Files.createDirectory(folder.resolve("demo")), "");

        Cli run = Cli.run("diff", "--db", demo.toString());

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("it has none. Fix: broker commit makes one of what is there now."), run.err());
    }

    @Test
    void showsWhatIsDifferentBetweenTwo() {
        String diff = Cli.succeed("diff", "--db", database, "1", "2");

        assertTrue(diff.startsWith("--- revision 1\n+++ revision 2\n@@ "), diff);
        assertTrue(diff.contains("-        port = 6767,\n+        port = 8080,\n"), diff);
        assertTrue(
                Cli.succeed("diff", "--db", database, "1", "2", "--json").contains("\"what\" : \"server demo, port\""));
    }

    @Test
    void showsWhatWasChangedSince() throws SQLException {
        assertEquals("--- revision 2\n+++ now\n", Cli.succeed("diff", "--db", database));
        Databases.execute(Path.of(database), "UPDATE server SET port = 9090");

        assertTrue(Cli.succeed("diff", "--db", database).contains("-        port = 8080,\n+        port = 9090,\n"));
    }

    @Test
    void commitsWhatWasChangedByOthers() throws SQLException {
        Databases.execute(Path.of(database), "UPDATE server SET port = 9090");

        assertEquals(
                database + ": revision 3\n",
                Cli.succeed("commit", "--db", database, "-m", "by hand", "--what", "hotfix"));
        assertTrue(Cli.succeed("log", "--db", database).contains("  hotfix  broker  "));
        assertEquals("--- revision 3\n+++ now\n", Cli.succeed("diff", "--db", database));
    }

    @Test
    void rollsBack() {
        String said = Cli.succeed("rollback", "--db", database, "1", "-m", "too early");

        assertEquals(database + ": revision 1 is revision 3\nchanged  server demo, port: 8080 -> 6767\n", said);
        assertEquals(6767, port());
        assertTrue(Cli.succeed("log", "--db", database).contains("  rollback  revision 1 "));
        assertEquals(
                Cli.succeed("show", "--db", database, "--at", "1"), Cli.succeed("show", "--db", database, "--at", "3"));
    }

    @Test
    void aRollbackCanBeRehearsed() {
        assertTrue(Cli.succeed("rollback", "--db", database, "1", "--dry-run").contains("port: 8080 -> 6767"));
        assertEquals(8080, port());
    }

    @Test
    void survivesALoadByMongrel2sTool() throws IOException, InterruptedException {
        Databases.m2sh(folder, """
                servers = [Server(uuid='other', name='other', port=6768, chroot='', access_log='a', error_log='e', pid_file='p',
                    default_host='x', hosts=[Host(name='x', routes={'/': Proxy(addr='localhost', port=1)})])]
                """);

        String log = Cli.succeed("log", "--db", database);
        assertTrue(log.contains("\n-  ") && log.contains("mongrel2.conf  command"), log);
        assertTrue(Cli.succeed("diff", "--db", database).contains("+        uuid = 'other',\n"));
        assertTrue(Cli.run("rollback", "--db", database, "2").out().contains("is revision 3"));
        assertEquals(8080, port());
    }

    @Test
    void keepsLargeConfigurationsInPieces() throws IOException {
        String many = IntStream.range(0, 8000)
                .mapToObj(i -> "'/a-rather-long-path-of-a-route-of-a-large-site/\u00fc" + i + "': echo,")
                .collect(Collectors.joining("\n"));
        Files.writeString(config, Files.readString(config).replace("'/echo': echo,", many));
        load("large");

        String shown = Cli.succeed("show", "--db", database, "--at", "3");

        assertTrue(shown.length() > 400_000);
        assertEquals(Cli.succeed("dump", "--db", database), shown);
        assertTrue(Cli.succeed("rollback", "--db", database, "1").contains("and "));
    }

    @Test
    void upgradesADatabaseOfMongrel2s() throws IOException, InterruptedException {
        Path old = Databases.m2sh(Files.createDirectory(folder.resolve("old")), """
                servers = [Server(uuid='old', name='old', port=6768, chroot='', access_log='a', error_log='e', pid_file='p',
                    default_host='x', hosts=[Host(name='x', routes={'/': Handler(send_spec='tcp://127.0.0.1:1', send_ident='x',
                    recv_spec='tcp://127.0.0.1:2', recv_ident='')})])]
                """);
        String before = Cli.succeed("dump", "--db", old.toString());

        String said = Cli.succeed("upgrade", "--db", old.toString());

        assertTrue(said.contains("\n  column handler.timeout\n") && said.contains("\n  table revision\n"), said);
        assertEquals(old + ": nothing is missing\n", Cli.succeed("upgrade", "--db", old.toString()));
        assertEquals(before, Cli.succeed("dump", "--db", old.toString()));
        assertTrue(Cli.succeed("log", "--db", old.toString()).contains("  upgrade  broker "));
        assertEquals(
                1, Cli.run("upgrade", "--db", folder.resolve("none").toString()).exitCode());
    }

    @Test
    void anUpgradeCanBeRehearsed() throws IOException, InterruptedException {
        Path old = Databases.m2sh(Files.createDirectory(folder.resolve("old")), """
                servers = [Server(uuid='old', name='old', port=6768, chroot='', access_log='a', error_log='e', pid_file='p',
                    default_host='x', hosts=[Host(name='x', routes={'/': Proxy(addr='localhost', port=1)})])]
                """);

        String first = Cli.succeed("upgrade", "--dry-run", "--db", old.toString());

        assertEquals(first, Cli.succeed("upgrade", "--dry-run", "--db", old.toString()));
        assertTrue(first.contains(": missing are\n"), first);
    }
}
