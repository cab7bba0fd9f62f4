package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.PemFile.Block;
import dev.lurcher.broker.tls.TlsException.Code;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server proves who it is with: a certificate, those that signed it, and the private key. Immutable.
 *
 * @param name  of the two files, without their {@code .crt} and {@code .key}
 * @param chain the server's own certificate first
 */
record Identity(String name, List<X509Certificate> chain, PrivateKey key) {
    static final String CERTIFICATE_END = ".crt";
    static final String KEY_END = ".key";

    /**
     * Reads the two files, and sees that they belong together.
     *
     * @throws TlsException MISSING_FILE, UNREADABLE_FILE, BAD_CERTIFICATE, BAD_KEY, ENCRYPTED_KEY, WRONG_PAIR
     */
    static Identity read(Path folder, String name) {
        Path certificateFile = folder.resolve(name + CERTIFICATE_END);
        Path keyFile = folder.resolve(name + KEY_END);
        Identity identity = new Identity(name, certificates(certificateFile), KeyFile.read(keyFile));
        if (!identity.isPair()) {
            throw new TlsException(
                    Code.WRONG_PAIR,
                    keyFile + " is not the key of the first certificate in " + certificateFile,
                    "put the key there with which the certificate was asked for; in the file of the certificate the server's own"
                            + " comes first, those that signed it follow");
        }
        return identity;
    }

    /** All certificates of a file; at least one. */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : PemFile.read(file)) {
                if (block.label().equals("CERTIFICATE") || block.label().equals("X509 CERTIFICATE")) {
                    found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (CertificateException e) {
            throw new TlsException(
                    Code.BAD_CERTIFICATE,
                    file + " holds a certificate that is broken: " + e.getMessage(),
                    "put a sound one there");
        }
        if (found.isEmpty()) {
            throw new TlsException(
                    Code.BAD_CERTIFICATE,
                    file + " holds no certificate",
                    "put the certificate there, in PEM: it begins with -----BEGIN CERTIFICATE");
        }
        return List.copyOf(found);
    }

    X509Certificate certificate() {
        return chain.get(0);
    }

    Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }

    /** Why clients refuse it at a time, or null. */
    @Nullable
    TlsException expiry(Path folder, Instant now) {
        Instant notBefore = certificate().getNotBefore().toInstant();
        Path file = folder.resolve(name + CERTIFICATE_END);
        if (now.isAfter(notAfter())) {
            return new TlsException(
                    Code.EXPIRED,
                    "the certificate in " + file + " has expired on " + notAfter() + ", and clients refuse it",
                    "put a new one there; a broker that runs takes it without a restart");
        }
        return now.isBefore(notBefore)
                ? new TlsException(
                        Code.EXPIRED,
                        "the certificate in " + file + " is valid from " + notBefore
                                + " on, and until then clients refuse it",
                        "set the clock of this machine right, or put another one there")
                : null;
    }

    boolean isSameAs(Identity other) {
        return chain.equals(other.chain) && Arrays.equals(key.getEncoded(), other.key.getEncoded());
    }

    /** Whether what the key signs is what the certificate vouches for. */
    private boolean isPair() {
        PublicKey published = certificate().getPublicKey();
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] text = certificate().getSignature();
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(published);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
