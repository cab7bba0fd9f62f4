package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gzip | GZIP
            x-gzip | GZIP
            GZip | GZIP
            br | BROTLI
            zstd | ZSTD
            gzip, deflate, br, zstd | BROTLI
            gzip, deflate | GZIP
            gzip;q=1.0, br;q=0.5 | GZIP
            gzip;q=0.5, br;q=0.5 | BROTLI
            gzip;q=0.001 | GZIP
            'gzip ; q=0.8 , br ; Q=0.9' | BROTLI
            * | BROTLI
            *;q=0.1 | BROTLI
            br;q=0, * | ZSTD
            br;q=0, zstd;q=0, *;q=0.5 | GZIP
            identity, gzip | GZIP
            identity;q=0.5, gzip;q=1 | GZIP
            identity;q=1, gzip;q=0.5 |
            identity |
            deflate |
            gzip;q=0 |
            gzip;q=0.000 |
            *;q=0 |
            gzip;q=0, br;q=0, zstd;q=0 |
            '' |
            gzip;q=2 |
            gzip;q=-1 |
            gzip;q=0.0001 |
            gzip;q=x |
            gzip;q |
            gzip;level=9 |
            gzipped |
            notgzip |
            """)
    void choosesWhatTheClientPrefers(String value, String expected) {
        Coding best = AcceptedCodings.best(value, Arrays.asList(Coding.values()));
        assertEquals(expected, best == null ? null : best.name());
    }

    @Test
    void choosesOnlyWhatThereIs() {
        assertEquals(Coding.GZIP, AcceptedCodings.best("br, gzip;q=0.1", List.of(Coding.GZIP)));
        assertNull(AcceptedCodings.best("br, zstd", List.of(Coding.GZIP)));
        assertNull(AcceptedCodings.best("*", List.of()));
    }
}
