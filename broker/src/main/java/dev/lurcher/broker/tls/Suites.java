package dev.lurcher.broker.tls;

import dev.lurcher.broker.tls.TlsException.Code;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cipher suites that there are, and the names by which they are known: those of the registry (RFC 8446, B.4), of mbedTLS, which
 * Mongrel2 uses, and of OpenSSL. Each encrypts with authentication and keeps what was said secret when the key is stolen later.
 */
final class Suites {
    /** Always there: TLS 1.3 has no others that are common, and BoringSSL cannot do without one of them. */
    private static final List<String> TLS_1_3 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    /** Of TLS 1.2, by OpenSSL's names; in the order in which they are preferred. */
    private static final Map<String, String> TLS_1_2 = new LinkedHashMap<>();

    static {
        for (String signature : List.of("ECDSA", "RSA")) {
            String common = "TLS_ECDHE_" + signature + "_WITH_";
            TLS_1_2.put("ECDHE-" + signature + "-AES128-GCM-SHA256", common + "AES_128_GCM_SHA256");
            TLS_1_2.put("ECDHE-" + signature + "-AES256-GCM-SHA384", common + "AES_256_GCM_SHA384");
            TLS_1_2.put("ECDHE-" + signature + "-CHACHA20-POLY1305", common + "CHACHA20_POLY1305_SHA256");
        }
    }

    private Suites() {}

    /**
     * Reads the setting {@code ssl_ciphers}. It chooses among the suites of TLS 1.2; those of TLS 1.3 are there in any case, and where
     * it names only such, TLS 1.2 is not spoken.
     *
     * @param text names, separated by spaces, commas or colons; empty = all
     * @return names of the registry, in order of preference
     * @throws TlsException BAD_CIPHERS
     */
    static List<String> read(String text) {
        List<String> chosen = new ArrayList<>(TLS_1_3);
        if (text.isBlank()) {
            chosen.addAll(TLS_1_2.values());
            return List.copyOf(chosen);
        }
        for (String name : text.strip().split("[\\s,:]+", -1)) {
            String suite = suite(name);
            if (!chosen.contains(suite)) {
                chosen.add(suite);
            }
        }
        return List.copyOf(chosen);
    }

    private static String suite(String name) {
        // mbedTLS writes TLS1-3-AES-128-GCM-SHA256 too.
        String underscored = name.replace('-', '_').replaceFirst("^TLS1_3_", "TLS_");
        if (TLS_1_3.contains(underscored) || TLS_1_2.containsValue(underscored)) {
            return underscored;
        }
        String ofOpenSsl = TLS_1_2.get(name.replace('_', '-'));
        if (ofOpenSsl != null) {
            return ofOpenSsl;
        }
        String plain = name.replace('_', '-');
        throw new TlsException(
                Code.BAD_CIPHERS,
                "ssl_ciphers: " + name + " " + fault(plain),
                "write " + nearest(plain).replace('_', '-')
                        + " in its place; or delete the setting, which offers all that are safe");
    }

    private static String fault(String name) {
        if (name.matches(".*(ANON|NULL|EXPORT|RC4|DES|MD5).*")) {
            return "does not protect what is sent";
        } else if (name.matches("(TLS|SSL)-(RSA|PSK|ECDH|DH)-.*|AES.*|CAMELLIA.*")) {
            return "lets whoever steals the key later read what was sent before";
        } else if (name.matches(".*ECDHE.*(CBC|-SHA[0-9]*$|CCM).*")) {
            return "is of a kind in which flaws were found time and again";
        } else if (name.matches(".*(DHE|EDH|CAMELLIA|ARIA|PSK).*")) {
            return "is none that the broker has";
        }
        return "is no cipher suite that the broker knows";
    }

    private static String nearest(String name) {
        String signature = name.contains("ECDSA") ? "ECDSA" : "RSA";
        return name.contains("256-") && name.matches(".*(AES|CAMELLIA|ARIA)-?256.*")
                ? "TLS_ECDHE_" + signature + "_WITH_AES_256_GCM_SHA384"
                : "TLS_ECDHE_" + signature + "_WITH_AES_128_GCM_SHA256";
    }
}
