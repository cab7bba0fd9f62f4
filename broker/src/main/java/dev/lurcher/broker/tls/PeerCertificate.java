package dev.lurcher.broker.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lurcher.protocol.Fields;
import dev.lurcher.protocol.Fields.Field;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What workers get about the certificate of a client.
 * <pre>
 * PEER_CERT_SHA1      digest of the certificate in 40 hexadecimal digits, and "00": as Mongrel2 writes it
 * PEER_CERT_SHA256    digest in 64 hexadecimal digits
 * PEER_CERT_SUBJECT   whose it is (RFC 4514), where somebody whom the broker believes says so
 * </pre>
 */
final class PeerCertificate {
    private PeerCertificate() {}

    /** @param verified whether the certificate is signed as it should be; what it says of itself is worth nothing otherwise */
    static Fields fields(X509Certificate certificate, boolean verified) {
        try {
            byte[] encoded = certificate.getEncoded();
            List<Field> fields = new ArrayList<>(3);
            fields.add(new Field("PEER_CERT_SHA1", digest("SHA-1", encoded) + "00"));
            fields.add(new Field("PEER_CERT_SHA256", digest("SHA-256", encoded)));
            if (verified) {
                fields.add(new Field(
                        "PEER_CERT_SUBJECT",
                        ascii(certificate.getSubjectX500Principal().getName())));
            }
            return new Fields(fields);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was received has bytes", e);
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /** Other characters as RFC 4514, 2.4 lets them be written: a message's fields are bytes, and nothing says which ones these are. */
    static String ascii(String name) {
        StringBuilder out = new StringBuilder(name.length());
        name.codePoints().forEach(point -> {
            if (point >= ' ' && point < 0x7f) {
                out.append((char) point);
            } else {
                for (byte each : Character.toString(point).getBytes(UTF_8)) {
                    out.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(each));
                }
            }
        });
        return out.toString();
    }
}
