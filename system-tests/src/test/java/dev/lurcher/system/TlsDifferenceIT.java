package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The configuration in docs/tls.md that is like the one in Mongrel2's manual, loaded by {@code m2sh}: the real Mongrel2 and this
 * broker start from the one database, with the same certificates, and clients see the same.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TlsDifferenceIT {
    private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```conf\\n(.*?)^```$");
    private static final String UUID = "f400bf85-4538-4f7a-8908-67e313d515c2";

    @TempDir
    private Path directory;

    private InetSocketAddress address;
    private Path database;
    private TestCertificates certificates;

    @BeforeEach
    void load() throws Exception {
        Matcher example = EXAMPLE.matcher(Files.readString(ProjectCopy.SOURCES.resolve("docs/tls.md")));
        assertTrue(example.find(), "docs/tls.md has the example");
        int port = Addresses.freePort();
        address = Addresses.of(port);
        String text = example.group(1)
                .replaceAll("\\bport=6767\\b", "port=" + port)
                // It stays in the foreground, where this test can end it.
                .replace("settings = {", "settings = {\"server.daemonize\": 0, ");
        assertTrue(text.contains("port=" + port) && text.contains("daemonize"), text);
        database = M2sh.load(directory, text);
        for (String folder : List.of("logs", "run", "static")) {
            Files.createDirectories(directory.resolve(folder));
        }
        Files.writeString(directory.resolve("static/index.html"), "<p>behind TLS\n");
        certificates = new TestCertificates(Files.createDirectory(directory.resolve("certs")))
                .pair(UUID, "localhost")
                .pair("shop.example", "shop.example")
                .pair("_.wild.com", "*.wild.com");
    }

    @Test
    void bothServersAnswerAlike() throws Exception {
        byte[] before = Files.readAllBytes(database);
        Map<String, String> mongrel2;
        try (Mongrel2Process server = Mongrel2Process.start(database, UUID, address)) {
            mongrel2 = answers();
        }
        Map<String, String> lurcher;
        try (BrokerProcess server = BrokerProcess.start(database, UUID)) {
            lurcher = answers();
        }
        assertEquals("200 text/html <p>behind TLS", mongrel2.get("localhost"));
        assertEquals("curl says 60", mongrel2.get("unknown.example"), "it gets the server's own certificate");
        assertEquals(mongrel2, lurcher);
        assertArrayEquals(before, Files.readAllBytes(database), "the database");
    }

    /** What clients see that ask for each name, and know each certificate. */
    private Map<String, String> answers() throws IOException, InterruptedException {
        Map<String, String> known = Map.of(
                "localhost", UUID,
                "shop.example", "shop.example",
                "a.wild.com", "_.wild.com",
                "a.b.wild.com", "_.wild.com",
                "unknown.example", UUID);
        Map<String, String> answers = new TreeMap<>();
        for (Map.Entry<String, String> each : known.entrySet()) {
            answers.put(
                    each.getKey(),
                    curl(
                            each.getKey(),
                            "--tlsv1.2",
                            "--cacert",
                            certificates.file(each.getValue() + ".crt").toString()));
        }
        answers.put(
                "not trusted",
                curl(
                        "localhost",
                        "--cacert",
                        certificates.file("shop.example.crt").toString()));
        answers.put("without looking", curl("localhost", "--insecure"));
        return answers;
    }

    private String curl(String host, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "--silent",
                "--max-time",
                "20",
                "--resolve",
                host + ":" + address.getPort() + ":127.0.0.1",
                "--write-out",
                "\n%{http_code} %{content_type} "));
        command.addAll(List.of(options));
        command.add("https://" + host + ":" + address.getPort() + "/");
        Finished done = Finished.run(directory, Map.of("HOME", directory.toString()), Lines.DEADLINE, command);
        if (done.exitCode() != 0) {
            return "curl says " + done.exitCode();
        }
        int last = done.output().lastIndexOf('\n');
        return (done.output().substring(last + 1) + done.output().substring(0, last)).strip();
    }
}
