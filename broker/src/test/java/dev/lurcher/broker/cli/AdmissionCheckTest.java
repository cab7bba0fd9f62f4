package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.zmtp.CurvePair;
import dev.lurcher.broker.zmtp.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code check} says of mechanisms, keys and users. */
class AdmissionCheckTest {
    @TempDir
    private Path folder;

    private final CurvePair worker = CurvePair.generate();

    /** CURVE for the first handler, with a file of the broker's key. */
    private String curve() {
        KeyFile.write(folder.resolve("broker"), CurvePair.generate());
        return "UPDATE handler SET mechanism = 'curve' WHERE id = 1; INSERT INTO setting (key, value) VALUES"
                + " ('curve.key_file', '" + folder.resolve("broker.key_secret") + "');";
    }

    private String admitted() {
        return "INSERT INTO curve_key (public_key) VALUES ('" + worker.key() + "');";
    }

    private Cli check(String changes) {
        return Cli.run("check", "--db", Databases.demo(folder, changes).toString());
    }

    @Test
    void findsNothingWrongWithAListOfKeys() {
        Cli run = check(curve() + admitted());
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(run.out().contains("no errors, no warnings"), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "0.0.0.0", "[::]"})
    void anEndpointWithCurveMayBeReached(String host) {
        Cli run = check(curve()
                + admitted()
                + "UPDATE handler SET send_spec = 'tcp://%1$s:9997', recv_spec = 'tcp://%1$s:9996' WHERE id = 1"
                        .formatted(host));
        assertEquals(0, run.exitCode(), run.out());
    }

    @Test
    void anEndpointWithPlainMayNot() {
        Cli run = check("UPDATE handler SET send_spec = 'tcp://*:9997', mechanism = 'plain' WHERE id = 1");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("let in only whom you know, by CURVE and a list of keys"), run.out());
        assertTrue(run.out().contains("insecure_bind to 1"), run.out());
    }

    @Test
    void theSettingIsForAllHandlersAndTheColumnForOne() {
        Cli run = check(admitted() + "INSERT INTO setting (key, value) VALUES ('zmtp.mechanism', 'curve')");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("no file is named with the key"), run.out());
        Path other = folder.resolve("other");
        assertTrue(other.toFile().mkdir());
        Path database = Databases.demo(
                other,
                "INSERT INTO setting (key, value) VALUES ('zmtp.mechanism', 'curve'); UPDATE handler SET mechanism ="
                        + " 'null'");
        assertEquals(0, Cli.run("check", "--db", database.toString()).exitCode());
    }

    @ParameterizedTest
    @CsvSource({"curve, curve_key", "plain, plain_user"})
    void warnsWhereNobodyCanConnect(String mechanism, String table) {
        Cli run = check(curve() + "UPDATE handler SET mechanism = '" + mechanism + "' WHERE id = 1");
        assertEquals(0, run.exitCode(), run.out());
        assertTrue(run.out().contains("WARNING  handler row 1, mechanism = \"" + mechanism + "\""), run.out());
        assertTrue(run.out().contains("nobody can connect: no row of table " + table + " is for it"), run.out());
    }

    @Test
    void keysOfOtherHandlersAndOfTheControlPortDoNotCount() {
        Cli run = check(curve() + "INSERT INTO curve_key (public_key, handler, control) VALUES ('" + worker.key()
                + "', 'echo', 0), ('" + worker.key() + "', '', 1)");
        assertTrue(run.out().contains("nobody can connect"), run.out());
    }

    @Test
    void aKeyThatIsNoneIsAnErrorAndNotShown() {
        String secret = worker.secret().substring(1);
        Cli run = check(curve() + "INSERT INTO curve_key (public_key) VALUES ('" + secret + "')");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("curve_key row 1, public_key"), run.out());
        assertTrue(run.out().contains("it has 39 characters, and a key has 40"), run.out());
        assertFalse(run.out().contains(secret), run.out());
    }

    @Test
    void aPasswordInTheClearIsAnErrorAndNotShown() {
        Cli run = check("UPDATE handler SET mechanism = 'plain' WHERE id = 1;"
                + " INSERT INTO plain_user (name, password) VALUES ('w', 'hunter2')");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("plain_user row 1, password"), run.out());
        assertTrue(run.out().contains("broker keygen --user NAME"), run.out());
        assertFalse(run.out().contains("hunter2"), run.out());
    }

    @Test
    void twoUsersOfOneNameAreAnError() {
        Cli run = check("UPDATE handler SET mechanism = 'plain' WHERE id = 1;"
                + " INSERT INTO plain_user (name, password) VALUES ('w', 'x'), ('w', 'y')");
        assertTrue(run.out().contains("an earlier row has the same name for the same endpoints"), run.out());
    }

    @Test
    void aMechanismThatThereIsNotIsAnError() {
        Cli run = check("UPDATE handler SET mechanism = 'tls' WHERE id = 1");
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("handler row 1, mechanism = \"tls\""), run.out());
        assertTrue(run.out().contains("null, plain, curve"), run.out());
    }

    @Test
    void aSecretKeyThatOthersCanReadIsAnError() throws IOException {
        String changes = curve() + admitted();
        Files.setPosixFilePermissions(
                folder.resolve("broker.key_secret"), PosixFilePermissions.fromString("rw-r--r--"));
        Cli run = check(changes);
        assertEquals(1, run.exitCode());
        assertTrue(run.out().contains("others than its owner may use it"), run.out());
        assertTrue(run.out().contains("chmod 600"), run.out());
    }

    @Test
    void aRowForAHandlerThatThereIsNotIsNamed() {
        Cli run = check(curve() + admitted() + "UPDATE curve_key SET handler = 'gone'");
        assertTrue(run.out().contains("curve_key row 1, handler = \"gone\""), run.out());
        assertTrue(run.out().contains("no handler has this send_ident"), run.out());
    }

    @Test
    void aDatabaseWithoutTheTablesIsFine() {
        assertEquals(
                0,
                check("DROP TABLE curve_key; DROP TABLE plain_user; ALTER TABLE handler DROP COLUMN mechanism")
                        .exitCode());
    }
}
