package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.TestCertificates;
import dev.lurcher.protocol.Fields;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerCertificateTest {
    @TempDir
    private Path folder;

    private X509Certificate certificate(String subject) throws IOException {
        TestCertificates files = new TestCertificates(folder).authority("ca").signed("a", "ca", subject);
        return Identity.certificates(files.file("a.crt")).get(0);
    }

    @Test
    void writesWhatOpensslSays() throws IOException {
        Fields fields = PeerCertificate.fields(certificate("/O=Acme, Inc./CN=anna"), true);
        TestCertificates files = new TestCertificates(folder);

        String sha1 = fingerprint(files.openssl("x509", "-in", "a.crt", "-noout", "-fingerprint", "-sha1"));
        String sha256 = fingerprint(files.openssl("x509", "-in", "a.crt", "-noout", "-fingerprint", "-sha256"));
        assertEquals(sha1 + "00", fields.first("PEER_CERT_SHA1"));
        assertEquals(42, sha1.length() + 2);
        assertEquals(sha256, fields.first("PEER_CERT_SHA256"));
        assertEquals("CN=anna,O=Acme\\, Inc.", fields.first("PEER_CERT_SUBJECT"));
    }

    private static String fingerprint(String line) {
        return line.strip().replaceAll("^.*=", "").replace(":", "");
    }

    @Test
    void repeatsNoSubjectThatNobodyVouchesFor() throws IOException {
        Fields fields = PeerCertificate.fields(certificate("/CN=anna"), false);

        assertNull(fields.first("PEER_CERT_SUBJECT"));
        assertEquals(2, fields.size());
    }

    @Test
    void writesOtherCharactersAsPairsOfDigits() throws IOException {
        assertEquals("CN=J\\C3\\BCrgen\\0A\\F0\\9F\\90\\95", PeerCertificate.ascii("CN=Jürgen\n🐕"));
        String subject = PeerCertificate.fields(certificate("/CN=Zoë"), true).first("PEER_CERT_SUBJECT");
        assertTrue("CN=Zo\\C3\\AB".equals(subject), subject);
    }
}
