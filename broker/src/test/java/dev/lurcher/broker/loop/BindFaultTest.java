package dev.lurcher.broker.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.loop.BindFault.Kind;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BindFaultTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bind(..) failed with error(-98): Address already in use | IN_USE | it is in use",
                "Address already in use | IN_USE | it is in use",
                "bind(..) failed with error(-13): Permission denied | NOT_ALLOWED | this user may not bind it",
                "Permission denied | NOT_ALLOWED | this user may not bind it",
                "Cannot assign requested address | NOT_HERE | this machine has no such address",
                "bind(..) failed with error(-2): No such file or directory | NO_DIRECTORY | its directory does not exist",
                "bind(..) failed with error(-105): No buffer space | OTHER | No buffer space",
            })
    void saysItInWords(String message, Kind kind, String reason) {
        assertEquals(new BindFault(kind, reason), BindFault.of(new IOException(message), 0));
    }
}
