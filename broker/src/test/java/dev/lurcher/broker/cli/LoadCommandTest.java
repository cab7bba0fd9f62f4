package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code broker load} and {@code broker dump}. */
class LoadCommandTest {
    private static final Path DEMO = Path.of("../demo.conf");

    @TempDir
    private Path folder;

    private Path database;
    private Path config;

    @BeforeEach
    void demo() throws IOException {
        database = folder.resolve("config.sqlite");
        config = folder.resolve("site.conf");
        Files.copy(DEMO, config);
    }

    private Cli load(String... more) {
        String[] arguments = new String[more.length + 5];
        System.arraycopy(
                new String[] {"load", "--db", database.toString(), "--config", config.toString()}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Cli.run(arguments);
    }

    private void replace(String what, String by) throws IOException {
        String text = Files.readString(config);
        assertTrue(text.contains(what), what);
        Files.writeString(config, text.replace(what, by));
    }

    /** What is printed, without the folder. */
    private String shown(String text) {
        return text.replace(folder + "/", "");
    }

    @Test
    void loadsTheDemo() {
        Cli run = load();

        assertEquals("", run.err());
        assertEquals(0, run.exitCode());
        assertTrue(
                shown(run.out()).startsWith("config.sqlite: site.conf is revision 1\nadded    server demo: "),
                run.out());
        assertEquals(
                "localhost",
                ConfigReader.read(ConfigDatabase.read(database), "demo")
                        .valid()
                        .server()
                        .defaultHost());
        assertTrue(Cli.succeed("check", "--db", database.toString()).contains("no errors, no warnings and no notes"));
    }

    @Test
    void printsWhatChanged() throws IOException {
        load();
        replace("6767", "8080");
        replace("'/echo': echo,", "'/echo': echo, '/other': echo,");
        replace("send_ident = 'hello',", "send_ident = 'hello', timeout = '30s',");

        assertEquals("""
                config.sqlite: site.conf is revision 2
                changed  server demo, port: 6767 -> 8080
                changed  handler hello, timeout: (default) -> '30s'
                added    route /other of host localhost of server demo: to handler echo
                """, shown(load().out()));
        assertEquals("""
                config.sqlite: site.conf is revision 3
                nothing is different
                """, shown(load().out()));
    }

    @Test
    void printsTheLinesThatDiffer() throws IOException {
        load();
        replace("6767", "8080");

        String out = shown(load("--diff", "--dry-run").out());

        assertTrue(out.startsWith("config.sqlite: site.conf can be loaded\n@@ "), out);
        assertTrue(out.contains("\n-        port = 6767,\n+        port = 8080,\n"), out);
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        assertEquals(0, load("--dry-run").exitCode());
        assertFalse(Files.exists(database));
        load();
        byte[] before = Files.readAllBytes(database);
        replace("6767", "8080");

        assertTrue(load("--dry-run").out().contains("port: 6767 -> 8080"));

        assertArrayEquals(before, Files.readAllBytes(database));
    }

    @Test
    void whatCannotBeReadChangesNothing() throws IOException {
        load();
        byte[] before = Files.readAllBytes(database);
        replace("port = 6767", "port = 67 67");

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertEquals("", run.out());
        assertTrue(shown(run.err()).startsWith("""
                site.conf:32:19: error: here stands the number 67 where a name with "=" behind it is expected
                            port = 67 67,
                                      ^
                """), run.err());
        assertTrue(shown(run.err()).endsWith("broker: config.sqlite is as it was.\n"), run.err());
        assertArrayEquals(before, Files.readAllBytes(database));
    }

    @Test
    void whatNoServerWouldStartWithIsRefusedAtItsPlace() throws IOException {
        load();
        byte[] before = Files.readAllBytes(database);
        replace("port = 6767", "port = 70000");
        replace("send_ident = 'hello',", "send_ident = 'hello', timeout = '30 parsecs',");

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertTrue(shown(run.err()).contains("""
                site.conf:32:16: error: server row 1, port = 70000: it is out of range; allowed: 0 to 65535
                            port = 70000,
                                   ^
                  Fix: write a number of that range
                """), run.err());
        assertTrue(run.err().contains("site.conf:7:37: error: handler row 1, timeout = \"30 parsecs\": "), run.err());
        assertTrue(run.err().contains("broker: no server would start with it: 2 errors"), run.err());
        assertArrayEquals(before, Files.readAllBytes(database));
    }

    @Test
    void aFileThatIsNotMadeLeavesNothingBehind() throws IOException {
        replace("port = 6767", "port = 70000");

        assertEquals(1, load().exitCode());

        try (var left = Files.list(folder)) {
            assertEquals(1, left.count());
        }
    }

    @Test
    void keepsTheLogAndOtherTables() throws SQLException {
        Databases.execute(
                database, "CREATE TABLE server (x); CREATE TABLE notes (x); INSERT INTO notes VALUES ('mine')");
        Databases.execute(
                database,
                "CREATE TABLE log (id INTEGER PRIMARY KEY, who TEXT, what TEXT, location TEXT,"
                        + " happened_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, how TEXT, why TEXT);"
                        + " INSERT INTO log (who, what, happened_at) VALUES ('me', 'something', '2001-02-03 04:05:06')");

        assertEquals(0, load("-m", "a reason").exitCode());

        String log = Cli.succeed("log", "--db", database.toString());
        assertTrue(
                log.matches("(?s)REVISION.*\n-  +2001-02-03 04:05:06  me .*\n1 .*  load  .*site.conf  a reason\n"),
                log);
        assertEquals("mine", value("SELECT x FROM notes"));
    }

    private String value(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.getString(1);
        }
    }

    @Test
    void doesNotTouchTheDatabaseOfSomethingElse() throws SQLException {
        Databases.execute(database, "CREATE TABLE users (name TEXT)");

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertEquals(
                "broker: config.sqlite is the database of something else: it has no table server, but users."
                        + " Fix: name another file.\n",
                shown(run.err()));
    }

    @Test
    void waitsForNobody() throws SQLException {
        load();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");

            Cli run = load();

            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains("is locked: another process is writing to it"), run.err());
        }
    }

    @Test
    void makesNoFolders() {
        database = folder.resolve("none/config.sqlite");

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(" cannot be written: there is no folder "), run.err());
    }

    @Test
    void replacesADamagedFileByNothing() throws IOException {
        Files.writeString(database, "no database, whatever its name says".repeat(100));
        byte[] before = Files.readAllBytes(database);

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains(" is no SQLite database, or a damaged one"), run.err());
        assertArrayEquals(before, Files.readAllBytes(database));
    }

    @Test
    void doesNotTouchADatabaseOfALaterVersion() throws SQLException {
        load();
        Databases.execute(database, "PRAGMA user_version = 99");

        Cli run = load();

        assertEquals(1, run.exitCode());
        assertTrue(run.err().contains("is written for a later version"), run.err());
    }

    @Test
    void listsMediaTypesLast() throws IOException, InterruptedException {
        Databases.m2sh(folder, """
                servers = [Server(uuid='old', name='old', port=6768, chroot='', access_log='a', error_log='e', pid_file='p',
                    default_host='x', hosts=[Host(name='x', routes={'/': Proxy(addr='localhost', port=1)})])]
                """);

        String out = load().out();

        assertTrue(
                out.contains("\nremoved  server old\n") && out.contains("\nadded    setting route.strict: '1'\n"), out);
        assertTrue(out.matches("(?s).*\nand [0-9]+ more changes; --diff shows them all\n"), out);
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws IOException {
        Files.delete(config);

        assertEquals(
                "broker: site.conf cannot be read: there is no such file. Fix: name a file that is there with --config.\n"
                        + "broker: config.sqlite is as it was.\n",
                shown(load().err()));
    }

    @Test
    void includedFilesAreRelativeToTheOneThatIncludesThem() throws IOException {
        Files.createDirectories(folder.resolve("parts"));
        Files.writeString(folder.resolve("parts/all.conf"), "include 'demo.conf'");
        Files.move(config, folder.resolve("parts/demo.conf"));
        Files.writeString(config, "include 'parts/all.conf'");

        assertEquals(0, load().exitCode());
    }

    @Test
    void printsFactsAsJson() throws IOException {
        String good = load("--json").out();
        assertTrue(good.contains("\"accepted\" : true,\n  \"revision\" : 1,"), good);
        assertTrue(good.contains("\"what\" : \"handler echo\""), good);

        replace("port = 6767", "port = 70000");
        Cli refused = load("--json");
        assertEquals(1, refused.exitCode());
        assertTrue(refused.out().contains("\"accepted\" : false,\n  \"revision\" : null,"), refused.out());
        assertTrue(refused.out().contains("\"line\" : 32,\n    \"column\" : 16,"), refused.out());

        replace("port = 70000", "port = ");
        assertTrue(load("--json").out().contains("\"line\" : 32,\n    \"column\" : 16,"), refused.out());
    }

    @Test
    void dumpsWhatItLoads() throws IOException {
        load();

        String text = Cli.succeed("dump", "--db", database.toString());

        assertEquals("""
                servers = [
                    Server(
                        uuid = 'demo',
                        name = 'demo',
                        bind_addr = '127.0.0.1',
                        port = 6767,
                        default_host = 'localhost',
                        access_log = 'logs/access.log',
                        error_log = 'logs/error.log',
                        pid_file = 'run/broker.pid',
                        hosts = [
                            Host(
                                name = 'localhost',
                                routes = {
                                    '/': Handler(
                                        send_spec = 'tcp://127.0.0.1:9997',
                                        send_ident = 'hello',
                                        recv_spec = 'tcp://127.0.0.1:9996',
                                        recv_ident = ''
                                    ),
                                    '/echo': Handler(
                                        send_spec = 'tcp://127.0.0.1:9995',
                                        send_ident = 'echo',
                                        recv_spec = 'tcp://127.0.0.1:9994',
                                        recv_ident = ''
                                    )
                                }
                            )
                        ]
                    )
                ]

                settings = {
                    'route.strict': '1'
                }
                """, text);
        Files.writeString(config, text);
        assertTrue(load().out().endsWith("nothing is different\n"));
    }

    @Test
    void saysWhatADumpLeavesOut() {
        Path demo = Databases.demo(folder, "DELETE FROM route WHERE path = '/echo'");

        Cli run = Cli.run("dump", "--db", demo.toString());

        assertEquals(0, run.exitCode());
        assertEquals(
                "broker: left out is what no server leads to, and what another row with the same key hides: handler row 2\n",
                run.err());
    }

    @Test
    void refusesToDumpWhatTheLanguageDoesNotHave() {
        Path demo = Databases.demo(folder, "UPDATE route SET target_id = 7 WHERE id = 1");

        Cli run = Cli.run("dump", "--db", demo.toString());

        assertEquals(1, run.exitCode());
        assertEquals(
                "broker: route row 1 cannot be written in the language: it leads to nothing, or has no path."
                        + " Fix: broker check tells more.\n",
                run.err());
    }

    @Test
    void dumpsRowsAsJson() {
        load();

        String rows = Cli.succeed("dump", "--json", "--db", database.toString());

        assertTrue(rows.contains("\"send_ident\" : \"echo\""), rows);
    }
}
