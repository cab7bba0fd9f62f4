package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTest {
    @ParameterizedTest
    @CsvSource({
        "dev.lurcher.samples.Hello --send x, Hello",
        "Hello, Hello",
        "lib/shop-1.0.jar serve, shop-1.0",
        "'C:\\shop\\shop.jar', shop",
        "dev.shop/dev.shop.Main, Main",
        "'', worker",
        "' ', worker",
    })
    void namesTheProgramByWhatWasStarted(String command, String expected) {
        assertEquals(expected, Identity.application(command));
    }

    @Test
    void namesTheProcessByProgramAndNumber() {
        assertEquals("worker", Identity.application(null));
        Identity identity = Identity.ofProcess();
        assertEquals(identity.application() + "-" + ProcessHandle.current().pid(), identity.name());
        assertEquals("", identity.version());
    }

    @Test
    void knowsItsMachine() {
        assertFalse(Identity.host().isBlank());
        assertTrue(Identity.host().equals(Identity.host().strip()));
    }
}
