package dev.lurcher.broker.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessFilterTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''              | 0     | 200 | 1    | true",
                "5xx             | 0     | 200 | 1    | false",
                "5xx             | 0     | 500 | 1    | true",
                "5xx             | 0     | 599 | 1    | true",
                "' 404 , 500-502 '| 0    | 404 | 1    | true",
                "404,500-502     | 0     | 502 | 1    | true",
                "404,500-502     | 0     | 503 | 1    | false",
                "0               | 0     | 0   | 1    | true",
                "4xx             | 0     | -1  | 1    | false",
                "4xx             | 0     | 1000| 1    | false",
                "''              | 2     | 200 | 1999 | false",
                "''              | 2     | 200 | 2000 | true",
                "5xx             | 2     | 200 | 2000 | true",
                "5xx             | 2     | 500 | 1    | true",
                "5xx             | 2     | 404 | 1999 | false"
            })
    void wantsWhatItNames(String statuses, long slowMillis, int status, long micros, boolean wanted) {
        AccessFilter filter = AccessFilter.of(statuses, Duration.ofMillis(slowMillis));
        assertEquals(wanted, filter.wants(Logged.ended(status, micros)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6000", "xxx", "500-", "502-500", "5xx;4xx", "5xx,,4xx", "-1", "0xx"})
    void refusesWhatIsNoStatus(String statuses) {
        TelemetryException thrown =
                assertThrows(TelemetryException.class, () -> AccessFilter.of(statuses, Duration.ZERO));
        assertEquals(TelemetryException.Code.BAD_FILTER, thrown.code());
    }

    @Test
    void wantsEverythingWhereNothingIsSaid() {
        assertEquals(true, AccessFilter.ALL.wants(Logged.GET));
    }
}
