package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Databases;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code broker check} says of certificates. */
class TlsCheckTest {
    @TempDir
    private Path root;

    private TestCertificates files = new TestCertificates(Path.of("/"));

    @BeforeEach
    void make() throws IOException {
        files = new TestCertificates(Files.createDirectory(root.resolve("certs")));
    }

    private List<String> problems(String... more) throws IOException {
        Path database = Databases.demo(
                Files.createTempDirectory(root, "database"),
                "UPDATE server SET use_ssl = 1; INSERT INTO setting (key, value) VALUES ('certdir', '" + files.folder()
                        + "/'); " + String.join("; ", more));
        return ConfigReader.read(ConfigDatabase.read(database), "demo", new TlsCheck()).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private String only(String... more) throws IOException {
        List<String> problems = problems(more);
        assertEquals(1, problems.size(), problems::toString);
        return problems.get(0);
    }

    @Test
    void findsNothingWrongWithASoundPair() throws IOException {
        files.pair("demo", "localhost");

        assertEquals(List.of(), problems());
    }

    @Test
    void namesTheFileThatIsMissing() throws IOException {
        String problem = only();

        assertTrue(problem.startsWith("ERROR setting.certdir = "), problem);
        assertTrue(problem.contains("there is no file " + files.file("demo.crt")), problem);
    }

    @Test
    void namesTheWrongKey() throws IOException {
        files.pair("demo", "localhost").pair("b", "b");
        Files.delete(files.file("demo.key"));
        Files.move(files.file("b.key"), files.file("demo.key"));

        assertTrue(only().contains("demo.key is not the key of the first certificate"), only());
    }

    @Test
    void anExpiredCertificateIsAWarning() throws IOException {
        SelfSigned.write(files.folder(), "demo", List.of("localhost"), Duration.ofDays(-10), 5);

        assertTrue(only().startsWith("WARNING setting.certdir = ") && only().contains("has expired on"), only());
    }

    @Test
    void soIsOneThatIsAboutTo() throws IOException {
        SelfSigned.write(files.folder(), "demo", List.of("localhost"), Duration.ofMinutes(-5), 5);

        assertTrue(only().startsWith("WARNING ") && only().contains("the certificate demo expires on"), only());
    }

    @Test
    void aBrokenPairOfAnotherNameKeepsNobodyFromStarting() throws IOException {
        files.pair("demo", "localhost").pair("shop.example", "shop.example");
        Files.writeString(files.file("shop.example.key"), "broken");

        assertTrue(only().startsWith("WARNING "), only());
        assertTrue(only().contains("clients that ask for shop.example get the default certificate"), only());
    }

    @Test
    void aCertificateWithoutAKeyIsNoPair() throws IOException {
        files.pair("demo", "localhost").authority("ca");
        Files.delete(files.file("ca.key"));

        assertEquals(List.of(), problems());
    }

    @Test
    void aKeyThatEverybodyMayReadIsAWarning() throws IOException {
        files.pair("demo", "localhost");
        Files.setPosixFilePermissions(files.file("demo.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertTrue(only().contains("every user of this machine may read the private key"), only());
    }

    @Test
    void soIsAShortKey() throws IOException {
        files.openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:1024",
                "-nodes",
                "-keyout",
                "demo.key",
                "-out",
                "demo.crt",
                "-subj",
                "/CN=a");

        assertTrue(only().contains("has 1024 bits"), only());
    }

    @Test
    void namesAMissingListOfAuthorities() throws IOException {
        files.pair("demo", "localhost");

        String problem = only("INSERT INTO setting (key, value) VALUES ('ssl.ca_chain', '/nowhere.crt')");

        assertTrue(problem.startsWith("ERROR setting.ssl.ca_chain = \"/nowhere.crt\": "), problem);
    }

    @Test
    void namesAllThatIsWrong() throws IOException {
        assertEquals(
                2,
                problems("INSERT INTO setting (key, value) VALUES ('ssl.ca_chain', '/nowhere.crt')")
                        .size());
    }

    @Test
    void putsTheChrootBeforeTheFolder() throws IOException {
        files.pair("demo", "localhost");

        List<String> problems = problems("UPDATE server SET chroot = '" + root
                + "'; UPDATE setting SET value = '/certs/' WHERE key = 'certdir'");

        assertTrue(problems.stream().noneMatch(problem -> problem.contains("certdir")), problems::toString);
    }
}
