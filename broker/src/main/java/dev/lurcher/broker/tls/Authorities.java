package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** By whom the certificates of clients must be signed. Immutable. */
final class Authorities {
    /** Nobody: no certificate is vouched for. */
    static final Authorities NONE = new Authorities(List.of());

    private final List<X509Certificate> certificates;
    private final X509ExtendedTrustManager trust;

    private Authorities(List<X509Certificate> certificates) {
        this.certificates = certificates;
        trust = certificates.isEmpty() ? new Anybody(certificates) : trust(certificates);
    }

    /**
     * Reads them from a PEM file.
     *
     * @throws TlsException NO_AUTHORITIES
     */
    static Authorities read(Path file) {
        try {
            return new Authorities(Identity.certificates(file));
        } catch (TlsException e) {
            throw new TlsException(
                    Code.NO_AUTHORITIES,
                    "ssl.ca_chain: " + e.fault(),
                    "set it to a PEM file with the certificates of those who sign the certificates of clients");
        }
    }

    private static X509ExtendedTrustManager trust(List<X509Certificate> certificates) {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (X509Certificate each : certificates) {
                anchors.setCertificateEntry("authority" + anchors.size(), each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new IllegalStateException("every JDK has a trust manager for PKIX");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificates of authorities cannot be kept", e);
        }
    }

    /** Lets in whom they have signed. */
    X509ExtendedTrustManager verified() {
        return trust;
    }

    /** Lets everybody in; clients are told whom certificates should be signed by all the same. */
    X509ExtendedTrustManager anybody() {
        return new Anybody(certificates);
    }

    /** Whether they have signed it, and it is valid now. */
    boolean vouchFor(X509Certificate[] chain) {
        if (certificates.isEmpty()) {
            return false;
        }
        try {
            trust.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    boolean isSameAs(Authorities other) {
        return certificates.equals(other.certificates);
    }

    /** Mongrel2 lets clients in whatever certificate they show, where they need not show any; workers look at its digest. */
    private static final class Anybody extends X509ExtendedTrustManager {
        private final X509Certificate[] issuers;

        Anybody(List<X509Certificate> issuers) {
            this.issuers = issuers.toArray(X509Certificate[]::new);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return issuers.clone();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("this is a server");
        }
    }
}
