package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.directory.ByteRanges.Range;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of Range for a file of 100 bytes, or of as many as are named. */
class ByteRangesTest {
    /** {@code whole}, {@code none}, or first-last of each. */
    private static String shown(String value, long size) {
        List<Range> ranges = ByteRanges.read(value, size);
        if (ranges == null) {
            return "whole";
        }
        return ranges.isEmpty()
                ? "none"
                : String.join(
                        " ",
                        ranges.stream()
                                .map(range -> range.from() + "-" + (range.end() - 1))
                                .toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bytes=0-0 | 0-0
            bytes=0-99 | 0-99
            bytes=0-100 | 0-99
            bytes=0- | 0-99
            bytes=99- | 99-99
            bytes=99-99999999999999999999999999 | 99-99
            bytes=-1 | 99-99
            bytes=-100 | 0-99
            bytes=-101 | 0-99
            bytes=-99999999999999999999999999 | 0-99
            bytes=100- | none
            bytes=100-200 | none
            bytes=99999999999999999999999999- | none
            bytes=-0 | none
            bytes=0-9,20-29 | 0-9 20-29
            bytes=20-29,0-9 | 20-29 0-9
            'bytes=0-9 , 20-29' | 0-9 20-29
            'bytes=,0-9,,20-29,' | 0-9 20-29
            bytes=0-9,10-19 | 0-9 10-19
            bytes=0-9,200-300 | 0-9
            bytes=200-300,-10 | 90-99
            bytes=200-300,400- | none
            BYTES=0-9 | 0-9
            bytes=0-9,9-19 | whole
            bytes=0-9,0-9 | whole
            bytes=0-,-1 | whole
            bytes=-50,-10 | whole
            bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14 | 0-0 2-2 4-4 6-6 8-8 10-10 12-12 14-14
            bytes=0-0,2-2,4-4,6-6,8-8,10-10,12-12,14-14,16-16 | whole
            bytes=9-0 | whole
            bytes=- | whole
            bytes= | whole
            'bytes=,' | whole
            bytes=a-b | whole
            bytes=0-b | whole
            bytes=+1-2 | whole
            bytes=0--1 | whole
            bytes=--1 | whole
            bytes=1 | whole
            bytes=0x1-2 | whole
            'bytes=0 -9' | whole
            'bytes=0- 9' | whole
            'bytes =0-9' | whole
            bytes0-9 | whole
            items=0-9 | whole
            '' | whole
            bytes=0-9;q=1 | whole
            """)
    void readsAFileOfAHundredBytes(String value, String expected) {
        assertEquals(expected, shown(value, 100));
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-,none", "bytes=-1,none", "bytes=0-0,none", "bytes=-0,none"})
    void findsNothingInAnEmptyFile(String value, String expected) {
        assertEquals(expected, shown(value, 0));
    }

    @ParameterizedTest
    @CsvSource({"bytes=4294967296-4294967297,4294967296-4294967297", "bytes=-1,9223372036854775806-9223372036854775806"
    })
    void countsBeyondFourGigabytes(String value, String expected) {
        assertEquals(expected, shown(value, Long.MAX_VALUE));
    }

    @Property(tries = 5_000)
    void givesOnlyBytesThatAreThereAndEachOnce(@ForAll long seed) {
        Random random = new Random(seed);
        StringBuilder value = new StringBuilder("bytes=");
        for (int i = random.nextInt(10); i >= 0; i--) {
            value.append(random.nextInt(4) == 0 ? "" : random.nextInt(120))
                    .append('-')
                    .append(random.nextInt(3) == 0 ? "" : random.nextInt(120))
                    .append(i == 0 ? "" : ",");
        }
        long size = random.nextInt(110);
        List<Range> ranges = ByteRanges.read(value.toString(), size);
        if (ranges == null) {
            return;
        }
        boolean[] seen = new boolean[(int) size];
        for (Range range : ranges) {
            assertTrue(range.length() > 0 && range.from() >= 0 && range.end() <= size, value.toString());
            for (long at = range.from(); at < range.end(); at++) {
                assertTrue(!seen[(int) at], value.toString());
                seen[(int) at] = true;
            }
        }
    }

    @Property(tries = 500)
    void takesLongValuesInTheirStride(@ForAll long seed) {
        String value = "bytes=" + "0-0,".repeat(1 + new Random(seed).nextInt(8000));
        assertNotNull(shown(value, 10));
    }
}
