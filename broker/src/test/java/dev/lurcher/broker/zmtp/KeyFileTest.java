package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
    @TempDir
    private Path folder;

    private final CurvePair pair = CurvePair.generate();

    private Path written() {
        KeyFile.write(folder.resolve("a"), pair);
        return folder.resolve("a.key_secret");
    }

    private static String refused(Path file) {
        ZmtpException fault = assertThrows(ZmtpException.class, () -> KeyFile.read(file));
        assertEquals(Code.BAD_KEY_FILE, fault.code());
        String message = String.valueOf(fault.getMessage());
        assertTrue(message.contains(file.toString()) && message.contains("Fix: "), message);
        return message;
    }

    @Test
    void readsWhatItWrites() throws IOException {
        Path file = written();
        assertEquals(pair.secret(), KeyFile.read(file).secret());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        String open = Files.readString(folder.resolve("a.key"));
        assertTrue(open.contains(pair.key().toString()), open);
        assertFalse(open.contains(pair.secret()), "the public file has no secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------", "rw-rw-rw-"})
    void refusesAFileThatOthersMayUse(String permissions) throws IOException {
        Path file = written();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertTrue(refused(file).contains("chmod 600"), "says how to put it right");
    }

    @Test
    void takesAFileThatNobodyMayWrite() throws IOException {
        Path file = written();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        assertEquals(pair.key(), KeyFile.read(file).key());
    }

    @Test
    void replacesNothing() {
        Path file = written();
        ZmtpException fault =
                assertThrows(ZmtpException.class, () -> KeyFile.write(folder.resolve("a"), CurvePair.generate()));
        assertTrue(String.valueOf(fault.getMessage()).contains("it is there already"), fault.getMessage());
        assertEquals(pair.key(), KeyFile.read(file).key());
    }

    @Test
    void saysWhatIsWrongAndNeverTheSecret() throws IOException {
        assertTrue(refused(folder.resolve("missing")).contains("it does not exist"));
        assertTrue(refused(owned("")).contains("it holds no secret key"));
        assertTrue(refused(owned("secret-key = \"short\"\n")).contains("cannot be understood"));
        String foreign =
                "public-key = \"" + CurvePair.generate().key() + "\"\nsecret-key = \"" + pair.secret() + "\"\n";
        String message = refused(owned(foreign));
        assertTrue(message.contains("no pair"), message);
        assertFalse(message.contains(pair.secret()), message);
    }

    @Test
    void takesASecretKeyAlone() throws IOException {
        assertEquals(
                pair.key(),
                KeyFile.read(owned("# mine\n  secret-key='" + pair.secret() + "'\n"))
                        .key());
    }

    private Path owned(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("other"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
