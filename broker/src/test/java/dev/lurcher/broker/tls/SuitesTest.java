package dev.lurcher.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuitesTest {
    @Test
    void offersNineWhereNothingIsSaid() {
        List<String> all = Suites.read(" ");

        assertEquals(9, all.size());
        assertTrue(all.stream().allMatch(name -> name.matches(".*(GCM|POLY1305).*")), all::toString);
        assertTrue(all.stream().allMatch(name -> name.matches("TLS_(AES|CHACHA20|ECDHE)_.*")), all::toString);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS-ECDHE_ECDSA-WITH-AES_256-GCM-SHA384, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "ECDHE-ECDSA-AES128-GCM-SHA256, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    })
    void knowsThemByEachOfTheirNames(String written, String known) {
        List<String> read = Suites.read(written);

        assertEquals(4, read.size());
        assertEquals(known, read.get(3));
    }

    @Test
    void keepsTheOrderAndNamesEachOnce() {
        assertEquals(
                List.of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                Suites.read(
                                "ECDHE-RSA-AES256-GCM-SHA384 TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384")
                        .subList(3, 5));
    }

    @Test
    void offersNoTls12WhereOnlySuitesOfTls13AreNamed() {
        assertEquals(
                3,
                Suites.read("TLS_AES_128_GCM_SHA256 TLS1-3-CHACHA20-POLY1305-SHA256")
                        .size());
    }

    @ParameterizedTest
    @CsvSource({
        "TLS-RSA-WITH-AES-128-CBC-SHA, lets whoever steals the key, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "TLS-RSA-WITH-AES-256-GCM-SHA384, lets whoever steals the key, TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384",
        "SSL-RSA-AES-256-SHA, lets whoever steals the key, TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384",
        "SSL_RSA_CAMELLIA_128_SHA, lets whoever steals the key, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "SSL-RSA-DES-168-SHA, does not protect, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "SSL-EDH-RSA-AES-128-SHA, none that the broker has, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "TLS-DHE-RSA-WITH-AES-256-GCM-SHA384, none that the broker has, TLS-ECDHE-RSA-WITH-AES-256-GCM-SHA384",
        "TLS-ECDHE-ECDSA-WITH-AES-128-CBC-SHA256, flaws were found, TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256",
        "ECDHE-RSA-AES128-SHA, flaws were found, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "TLS-ECDHE-RSA-WITH-RC4-128-SHA, does not protect, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256",
        "HIGH, is no cipher suite that the broker knows, TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256"
    })
    void refusesOthersAndNamesWhatToWrite(String written, String fault, String instead) {
        TlsException refused = assertThrows(TlsException.class, () -> Suites.read(written));

        assertEquals(TlsException.Code.BAD_CIPHERS, refused.code());
        assertTrue(refused.fault().contains(written + " ") && refused.fault().contains(fault), refused::getMessage);
        assertTrue(refused.fix().startsWith("write " + instead + " "), refused::getMessage);
    }
}
