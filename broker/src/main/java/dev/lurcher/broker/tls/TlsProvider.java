package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which library does the work ({@code tls.provider}). */
public enum TlsProvider {
    /** BoringSSL where it can be loaded, else the JDK. */
    AUTO,
    /** BoringSSL: a handshake costs a fraction of what it does with the JDK. */
    BORINGSSL,
    /** The JDK's own: slower, and everywhere. */
    JDK;

    private static final Logger LOG = LoggerFactory.getLogger(TlsProvider.class);

    static TlsProvider of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /**
     * Loads it.
     *
     * @throws TlsException NO_PROVIDER
     */
    SslProvider load() {
        if (this == JDK) {
            return jdk();
        }
        if (OpenSsl.isAvailable()) {
            return SslProvider.OPENSSL_REFCNT;
        }
        String reason = String.valueOf(OpenSsl.unavailabilityCause());
        if (this == BORINGSSL) {
            throw new TlsException(
                    Code.NO_PROVIDER,
                    "tls.provider is boringssl, and that cannot be loaded: " + reason,
                    "write auto or jdk; the library needs Linux on x86-64 or ARM64, and a folder for temporary files from which"
                            + " programs may run");
        }
        LOG.info("TLS is the JDK's: BoringSSL cannot be loaded ({})", reason);
        return jdk();
    }

    private static SslProvider jdk() {
        // A client that asks for one handshake after the other would keep an event loop busy; BoringSSL refuses by
        // itself.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
        return SslProvider.JDK;
    }
}
