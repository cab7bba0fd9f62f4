package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scanner says of a TLS port. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsScanIT {
    private static final Duration MOST = Duration.ofMinutes(4);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void sslscanFindsTwoVersionsAndNoWeakSuite(String provider) throws Exception {
        TlsSite site = TlsSite.in(directory).with("tls.provider", provider);
        try (BrokerProcess broker = site.site().start()) {
            Finished scan = Finished.run(
                    directory,
                    Map.of(),
                    MOST,
                    List.of("sslscan", "--no-colour", "--connect-timeout=5", site.address()));
            for (String old : List.of("SSLv2", "SSLv3", "TLSv1.0", "TLSv1.1")) {
                assertTrue(scan.output().matches("(?s).*" + old + " +disabled.*"), scan::output);
            }
            for (String spoken : List.of("TLSv1.2", "TLSv1.3")) {
                assertTrue(scan.output().matches("(?s).*" + spoken + " +enabled.*"), scan::output);
            }
            List<String> suites = scan.output()
                    .lines()
                    .filter(line -> line.matches("(Preferred|Accepted) .*"))
                    .toList();
            assertFalse(suites.isEmpty(), scan::output);
            assertEquals(
                    List.of(),
                    suites.stream()
                            .filter(line -> !line.matches(".*(GCM|POLY1305).*"))
                            .toList());
            assertFalse(scan.output().contains("vulnerable to heartbleed\n")
                    && !scan.output().contains("not vulnerable to heartbleed"));
        }
    }
}
