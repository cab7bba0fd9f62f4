package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with clients that are not ours: curl, openssl, Python. */
class TlsPeersIT {
    private static final Duration MOST = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Finished run(String... command) throws Exception {
        return Finished.run(directory.resolve("certs"), Map.of(), MOST, List.of(command));
    }

    private Finished curl(TlsSite site, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error", "--cacert", "site.crt"));
        command.addAll(List.of(more));
        command.add(site.url());
        return run(command.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void curlVerifiesAndGetsItsAnswers(String provider) throws Exception {
        TlsSite site = TlsSite.in(directory).with("tls.provider", provider);
        try (BrokerProcess broker = site.site().start();
                PyWorker worker = site.site().startWorker()) {
            for (String version : List.of("1.3", "1.2")) {
                Finished answered = curl(
                        site,
                        "--tlsv" + version,
                        "--tls-max",
                        version,
                        "--data",
                        "hello",
                        "-w",
                        "%{ssl_verify_result} %{http_code}");
                assertEquals("hello0 200", answered.output(), version);
                assertEquals(0, answered.exitCode());
                WorkerMessage message = WorkerMessage.of(worker.nextMessage());
                while (message.path().equals("@*")) {
                    // The client before has gone.
                    message = WorkerMessage.of(worker.nextMessage());
                }
                assertEquals(List.of("https"), message.headers().get("URL_SCHEME"));
            }
            Finished old = curl(site, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0");
            assertEquals(35, old.exitCode(), old::output);
            Finished stranger = run("curl", "--silent", "--show-error", site.url());
            assertEquals(60, stranger.exitCode(), stranger::output);
            Finished plain = run("curl", "--silent", "--show-error", "http://" + site.address() + "/");
            assertEquals(52, plain.exitCode(), plain::output);
        }
    }

    @Test
    void opensslSeesTheCertificateOfTheNameItAsksFor() throws Exception {
        TlsSite site = TlsSite.in(directory);
        try (BrokerProcess broker = site.site().start()) {
            assertTrue(client(site, "-servername", "shop.example").contains("subject=CN = shop.example"));
            assertTrue(client(site, "-servername", "a.wild.com").contains("subject=CN = *.wild.com"));
            String usual = client(site, "-noservername", "-alpn", "h2,http/1.1");
            assertTrue(usual.contains("subject=CN = localhost"), usual);
            assertTrue(usual.contains("ALPN protocol: http/1.1"), usual);
            assertTrue(usual.contains("TLSv1.3"), usual);
        }
    }

    private String client(TlsSite site, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", site.address()));
        command.addAll(List.of(more));
        return run(command.toArray(String[]::new)).output();
    }

    @Test
    void opensslResumesItsSession() throws Exception {
        TlsSite site = TlsSite.in(directory);
        try (BrokerProcess broker = site.site().start()) {
            String ask =
                    "printf 'OPTIONS * HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -ign_eof"
                            + " -connect " + site.address();
            for (String version : List.of("-tls1_3", "-tls1_2")) {
                Finished first = run("bash", "-c", ask + " " + version + " -sess_out session");
                assertTrue(first.output().contains("HTTP/1.1 "), first::output);
                Finished again = run("bash", "-c", ask + " " + version + " -sess_in session");
                assertTrue(again.output().contains("Reused, TLSv1."), version + again.output());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"boringssl", "jdk"})
    void workersLearnWhoACurlIs(String provider) throws Exception {
        TlsSite site = TlsSite.in(directory)
                .with("tls.provider", provider)
                .with("ssl.verify_required", "1")
                .with("ssl.ca_chain", directory + "/certs/ca.crt");
        site.files().authority("ca").signed("anna", "ca", "/CN=anna");
        String sha1 = site.files()
                        .openssl("x509", "-in", "anna.crt", "-noout", "-fingerprint", "-sha1")
                        .strip()
                        .replaceAll("^.*=|:", "")
                + "00";
        try (BrokerProcess broker = site.site().start();
                PyWorker worker = site.site().startWorker()) {
            Finished answered = curl(site, "--cert", "anna.crt", "--key", "anna.key", "--data", "x");
            assertEquals(0, answered.exitCode(), answered::output);
            WorkerMessage message = WorkerMessage.of(worker.nextMessage());
            assertEquals(List.of("CN=anna"), message.headers().get("PEER_CERT_SUBJECT"));
            assertEquals(List.of(sha1), message.headers().get("PEER_CERT_SHA1"));
            assertNotEquals(0, curl(site).exitCode());
        }
    }

    @Test
    void pythonHoldsAConversation() throws Exception {
        TlsSite site = TlsSite.in(directory);
        try (BrokerProcess broker = site.site().start();
                PyWorker worker = site.site().startWorker()) {
            Finished spoken = run("python3", "-c", """
                    import http.client, ssl
                    context = ssl.create_default_context(cafile="site.crt")
                    connection = http.client.HTTPSConnection("localhost", PORT, context=context, timeout=20)
                    for number in range(50):
                        connection.request("POST", "/echo", body=b"x" * number * 1000)
                        answer = connection.getresponse()
                        assert answer.status == 200 and len(answer.read()) == number * 1000
                    print(connection.sock.version(), connection.sock.cipher()[0])
                    """.replace(
                            "PORT", Integer.toString(site.site().port())));
            assertTrue(spoken.output().startsWith("TLSv1.3 TLS_"), spoken::output);
        }
    }
}
