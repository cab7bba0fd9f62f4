package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::1", "::ffff:10.0.0.1"})
    void knowsAddresses(String text) {
        assertTrue(IpAddress.matches(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "127.1",
                "256.0.0.1",
                "1.2.3.4.5",
                "1.2.3.",
                "01.2.3.4",
                "[::1]",
                ":",
                "1::2::3",
                "*",
                "::1 ",
                "a:b",
                "::g"
            })
    void knowsWhatIsNone(String text) {
        assertFalse(IpAddress.matches(text));
    }
}
