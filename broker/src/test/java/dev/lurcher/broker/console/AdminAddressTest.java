package dev.lurcher.broker.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.broker.console.ConsoleException.Code;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminAddressTest {
    @ParameterizedTest
    @CsvSource({
        "9464, 127.0.0.1, 9464, true",
        "localhost:0, 127.0.0.1, 0, true",
        "127.0.0.9:1, 127.0.0.9, 1, true",
        "[::1]:65535, ::1, 65535, true",
        "0.0.0.0:9464, 0.0.0.0, 9464, false",
        "[::]:9464, ::, 9464, false",
        "192.0.2.1:80, 192.0.2.1, 80, false"
    })
    void readsAddresses(String text, String host, int port, boolean loopback) {
        AdminAddress address = AdminAddress.parse(text);
        assertEquals(new AdminAddress(host, port), address);
        assertEquals(loopback, address.isLoopback());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "65536", "host:1", "1.2.3:4", "::1:4", "[::1]", "127.0.0.1:", "127.0.0.1:x", "[1.2.3.4]:5"})
    void refusesWhatIsNone(String text) {
        ConsoleException thrown = assertThrows(ConsoleException.class, () -> AdminAddress.parse(text));
        assertEquals(Code.BAD_ADDRESS, thrown.code());
    }
}
