package dev.lurcher.broker.config.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextDiffTest {
    @Test
    void equalTextsHaveNone() {
        assertEquals(List.of(), TextDiff.between("a\nb\n", "a\nb\n"));
        assertEquals(List.of(), TextDiff.between("", ""));
    }

    @Test
    void showsWhatIsAddedAndRemovedWithWhatIsAround() {
        String before = lines(1, 20);
        String after = before.replace("\n10\n", "\nten\n").replace("\n15\n", "\n15\nmore\n");

        assertEquals(
                List.of(
                        "@@ -7,12 +7,13 @@",
                        " 7",
                        " 8",
                        " 9",
                        "-10",
                        "+ten",
                        " 11",
                        " 12",
                        " 13",
                        " 14",
                        " 15",
                        "+more",
                        " 16",
                        " 17",
                        " 18"),
                TextDiff.between(before, after));
    }

    @Test
    void keepsDistantChangesApart() {
        String before = lines(1, 40);

        assertEquals(
                List.of(
                        "@@ -1,4 +1,3 @@",
                        "-1",
                        " 2",
                        " 3",
                        " 4",
                        "@@ -37,4 +36,4 @@",
                        " 37",
                        " 38",
                        " 39",
                        "-40",
                        "+forty"),
                TextDiff.between(before, before.replaceFirst("1\n", "").replace("40", "forty")));
    }

    @Test
    void aNewTextIsAllAdded() {
        assertEquals(List.of("@@ -0,0 +1,2 @@", "+a", "+b"), TextDiff.between("", "a\nb\n"));
    }

    @Test
    void replacesAsAWholeWhatIsTooLarge() {
        List<String> diff = TextDiff.between(lines(1, 3000), lines(5000, 8000));

        assertEquals("@@ -1,3000 +1,3001 @@", diff.get(0));
        assertEquals(6002, diff.size());
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }
}
