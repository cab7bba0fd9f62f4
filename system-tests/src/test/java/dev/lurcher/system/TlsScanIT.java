package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scanners say of a TLS port. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TlsScanIT {
    private static final Duration MOST = Duration.ofMinutes(4);

    /** That nobody has signed the certificate is as it should be here. */
    private static final Set<String> OF_THE_CERTIFICATE = Set.of("cert_chain_of_trust", "cert_revocation", "cert_trust");

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void sslscanFindsTwoVersionsAndNoWeakSuite(String provider) throws Exception {
        TlsSite site = TlsSite.in(directory).with("tls.provider", provider);
        try (BrokerProcess broker = site.site().start()) {
            Finished scan = Finished.run(
                    directory, Map.of(), MOST, List.of("sslscan", "--no-colour", "--connect-timeout=5", site.address()));
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

    @Test
    void testsslFindsNothingOfSeverityHigh() throws Exception {
        TlsSite site = TlsSite.in(directory);
        try (BrokerProcess broker = site.site().start();
                PyWorker worker = site.site().startWorker()) {
            Path report = directory.resolve("report.json");
            Finished scan = Finished.run(
                    directory,
                    Map.of("HOME", directory.toString(), "TERM", "dumb"),
                    MOST,
                    List.of(
                            "testssl",
                            "--quiet",
                            "--color",
                            "0",
                            "--warnings",
                            "batch",
                            "--jsonfile",
                            report.toString(),
                            "--protocols",
                            "--std",
                            "--server-preference",
                            "--server-defaults",
                            "--vulnerable",
                            site.address()));
            assertTrue(Files.exists(report), scan::output);
            JsonNode findings = new ObjectMapper().readTree(report.toFile());
            List<String> bad = new ArrayList<>();
            int seen = 0;
            for (JsonNode finding : findings) {
                seen++;
                String id = finding.path("id").asText();
                if (Set.of("HIGH", "CRITICAL", "FATAL").contains(finding.path("severity").asText())
                        && OF_THE_CERTIFICATE.stream().noneMatch(id::startsWith)) {
                    bad.add(finding.toString());
                }
                if (id.equals("TLS1") || id.equals("TLS1_1") || id.equals("SSLv3")) {
                    assertTrue(finding.path("finding").asText().startsWith("not offered"), finding::toString);
                }
            }
            assertTrue(seen > 30, scan::output);
            assertEquals(List.of(), bad);
        }
    }
}
