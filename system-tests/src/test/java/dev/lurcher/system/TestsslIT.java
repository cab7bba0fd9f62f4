package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What testssl.sh finds wrong with a TLS port as it is without settings: nothing that it calls high or worse, but what comes of a
 * certificate that nobody has signed.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class TestsslIT {
    private static final Duration MOST = Duration.ofMinutes(4);
    private static final Set<String> GRAVE = Set.of("HIGH", "CRITICAL", "FATAL");

    /** Nobody has signed it, and so nobody can revoke it; and it is good for 30 days. */
    private static final Set<String> OF_THE_CERTIFICATE =
            Set.of("cert_chain_of_trust", "cert_revocation", "cert_expirationStatus", "cert_notAfter");

    private static final List<String> SECTIONS =
            List.of("--protocols", "--std", "--pfs", "--server-preference", "--server-defaults", "--vulnerable");

    /** Of each section one that must be there: a scan that has stopped early finds nothing either. */
    private static final Map<String, String> MUST_SAY = Map.of(
            "SSLv3", "not offered",
            "TLS1", "not offered",
            "TLS1_1", "not offered",
            "TLS1_2", "offered",
            "TLS1_3", "offered",
            "cipherlist_NULL", "not offered",
            "PFS", "offered",
            "cert_chain_of_trust", "failed",
            "heartbleed", "not vulnerable",
            "ROBOT", "not vulnerable");

    @TempDir
    private Path directory;

    @Test
    void findsNothingGraveWithoutSettings() throws Exception {
        TlsSite site = TlsSite.in(directory);
        try (BrokerProcess broker = site.site().start();
                PyWorker worker = site.site().startWorker()) {
            Map<String, JsonNode> findings = scan(site.address());
            List<String> grave = new ArrayList<>();
            findings.forEach((id, finding) -> {
                if (GRAVE.contains(finding.path("severity").asText()) && !OF_THE_CERTIFICATE.contains(id)) {
                    grave.add(finding.toString());
                }
            });
            assertEquals(List.of(), grave);
            MUST_SAY.forEach((id, beginning) -> assertTrue(
                    findings.containsKey(id)
                            && text(Objects.requireNonNull(findings.get(id))).startsWith(beginning),
                    () -> id + " must be \"" + beginning + "\": " + findings.get(id)));
        }
    }

    private static String text(JsonNode finding) {
        return finding.path("finding").asText();
    }

    /** Its findings by their names. */
    private Map<String, JsonNode> scan(String address) throws Exception {
        Path report = directory.resolve("report.json");
        List<String> command = new ArrayList<>(List.of("testssl", "--quiet", "--color", "0", "--warnings", "batch"));
        command.addAll(SECTIONS);
        command.addAll(List.of("--jsonfile", report.toString(), address));
        Map<String, String> environment = Map.of("HOME", directory.toString(), "TERM", "dumb");
        Finished scan = Finished.run(directory, environment, MOST, command);
        assertTrue(Files.exists(report), scan::output);
        Map<String, JsonNode> findings = new LinkedHashMap<>();
        for (JsonNode finding : new ObjectMapper().readTree(report.toFile())) {
            findings.put(finding.path("id").asText(), finding);
        }
        return findings;
    }
}
