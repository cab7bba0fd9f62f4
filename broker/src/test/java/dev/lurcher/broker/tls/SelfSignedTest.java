package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfSignedTest {
    @TempDir
    private Path folder;

    @Test
    void makesAPairForAllHostsThatNobodyElseMayRead() throws Exception {
        SelfSigned.Pair pair = SelfSigned.write(
                folder, "demo", List.of("localhost", "127.0.0.1", "::1", "*.wild.com"), Duration.ofMinutes(-5), 3);

        Identity read = Identity.read(folder, "demo");
        assertEquals(pair.made(), read.certificate());
        String names = String.valueOf(read.certificate().getSubjectAlternativeNames());
        assertTrue(names.contains("localhost") && names.contains("127.0.0.1") && names.contains("*.wild.com"), names);
        assertTrue(names.contains("0:0:0:0:0:0:0:1"), names);
        assertTrue(read.notAfter().isAfter(Instant.now().plus(Duration.ofDays(2))));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pair.key())));
    }

    @Test
    void writesOverNothing() throws Exception {
        Files.writeString(folder.resolve("demo.key"), "precious");

        TlsException refused = assertThrows(
                TlsException.class, () -> SelfSigned.write(folder, "demo", List.of("localhost"), Duration.ZERO, 1));

        assertTrue(refused.getMessage().contains("demo.key is there already"), refused::getMessage);
        assertEquals("precious", Files.readString(folder.resolve("demo.key")));
    }

    @Test
    void refusesNamesThatWouldBeOtherWords() {
        for (String name : List.of("../demo", "-demo", "a/b", "")) {
            assertThrows(
                    TlsException.class,
                    () -> SelfSigned.write(folder, name, List.of("localhost"), Duration.ZERO, 1),
                    name);
        }
        for (String host : List.of("a,dns:b", "a b", "")) {
            assertThrows(
                    TlsException.class, () -> SelfSigned.write(folder, "demo", List.of(host), Duration.ZERO, 1), host);
        }
    }

    @Test
    void saysThatItsFolderCannotBeWrittenTo() {
        TlsException refused = assertThrows(
                TlsException.class,
                () -> SelfSigned.write(folder.resolve("none"), "demo", List.of("localhost"), Duration.ZERO, 1));

        assertTrue(refused.getMessage().contains("Fix: choose a folder"), refused::getMessage);
    }
}
