package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.TestCertificates;
import dev.lurcher.broker.tls.TlsException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
    @TempDir
    private Path folder;

    private TestCertificates made() throws IOException {
        return new TestCertificates(folder).pair("a", "localhost");
    }

    private TlsException refused() {
        return assertThrows(TlsException.class, () -> Identity.read(folder, "a"));
    }

    @Test
    void readsAPair() throws IOException {
        made();

        Identity identity = Identity.read(folder, "a");

        assertEquals(1, identity.chain().size());
        assertEquals("EC", identity.key().getAlgorithm());
        assertNull(identity.expiry(folder, Instant.now()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genrsa -traditional -out a.key 2048",
                "genrsa -out a.key 2048",
                "ecparam -genkey -name prime256v1 -out a.key",
                "ecparam -genkey -noout -name secp384r1 -out a.key",
                "genpkey -algorithm ed25519 -out a.key"
            })
    void readsKeysOfEachForm(String making) throws IOException {
        TestCertificates files = new TestCertificates(folder);
        files.openssl(making.split(" "));
        files.openssl("req", "-x509", "-key", "a.key", "-out", "a.crt", "-days", "2", "-subj", "/CN=a");

        assertEquals(
                "CN=a",
                Identity.read(folder, "a")
                        .certificate()
                        .getSubjectX500Principal()
                        .getName());
    }

    @Test
    void keepsTheChainInItsOrder() throws IOException {
        TestCertificates files = new TestCertificates(folder).authority("ca").signed("a", "ca", "/CN=site");
        Files.writeString(
                files.file("a.crt"),
                "text before\n" + Files.readString(files.file("a.crt")) + "between\n"
                        + Files.readString(files.file("ca.crt")));

        List<String> names = Identity.read(folder, "a").chain().stream()
                .map(each -> each.getSubjectX500Principal().getName())
                .toList();

        assertEquals(List.of("CN=site", "CN=ca"), names);
    }

    @Test
    void refusesTheKeyOfAnother() throws IOException {
        made().pair("b", "localhost");
        Files.copy(folder.resolve("b.key"), folder.resolve("a.key"), StandardCopyOption.REPLACE_EXISTING);

        assertEquals(Code.WRONG_PAIR, refused().code());
        assertTrue(refused().getMessage().contains("a.key is not the key of"), refused()::getMessage);
    }

    @Test
    void refusesAKeyOfAnotherKind() throws IOException {
        made().openssl("genrsa", "-out", "a.key", "2048");

        assertEquals(Code.WRONG_PAIR, refused().code());
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        made();
        Files.delete(folder.resolve("a.key"));

        assertEquals(Code.MISSING_FILE, refused().code());
        assertTrue(
                refused().getMessage().startsWith("there is no file " + folder + "/a.key. Fix: "),
                refused()::getMessage);
    }

    @Test
    void refusesAnEncryptedKey() throws IOException {
        made().openssl("pkcs8", "-topk8", "-in", "a.key", "-out", "c.key", "-passout", "pass:secret");
        Files.move(folder.resolve("c.key"), folder.resolve("a.key"), StandardCopyOption.REPLACE_EXISTING);

        assertEquals(Code.ENCRYPTED_KEY, refused().code());
        assertTrue(refused().fix().contains("openssl pkey -in"), refused()::getMessage);
    }

    @Test
    void refusesAKeyThatIsEncryptedInTheOldForm() throws IOException {
        made();
        Files.writeString(folder.resolve("a.key"), """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,0123456789ABCDEF0123456789ABCDEF

                AAAA
                -----END RSA PRIVATE KEY-----
                """);

        assertEquals(Code.ENCRYPTED_KEY, refused().code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no key",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\n!!\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMII\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIP/////\n-----END EC PRIVATE KEY-----",
                "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----"
            })
    void refusesWhatIsNoKey(String text) throws IOException {
        made();
        Files.writeString(folder.resolve("a.key"), text);

        assertEquals(Code.BAD_KEY, refused().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
    void refusesWhatIsNoCertificate(String text) throws IOException {
        made();
        Files.writeString(folder.resolve("a.crt"), text);

        assertEquals(Code.BAD_CERTIFICATE, refused().code());
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        made();
        Files.delete(folder.resolve("a.key"));
        Files.createDirectory(folder.resolve("a.key"));

        assertEquals(Code.UNREADABLE_FILE, refused().code());
    }

    @Test
    void tellsWhatHasExpired() {
        SelfSigned.write(folder, "a", List.of("localhost"), Duration.ofDays(-10), 5);

        TlsException expired = Identity.read(folder, "a").expiry(folder, Instant.now());

        assertNotNull(expired);
        assertEquals(Code.EXPIRED, expired.code());
        assertTrue(expired.fault().contains("a.crt has expired on 2"), expired::getMessage);
    }

    @Test
    void tellsWhatIsNotYetValid() {
        SelfSigned.write(folder, "a", List.of("localhost"), Duration.ofDays(2), 5);

        TlsException early = Identity.read(folder, "a").expiry(folder, Instant.now());

        assertNotNull(early);
        assertTrue(early.fault().contains("is valid from 2"), early::getMessage);
    }
}
