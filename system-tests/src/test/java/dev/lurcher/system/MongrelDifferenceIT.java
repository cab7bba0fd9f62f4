package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Workers receive from this broker what they receive from Mongrel2, and clients get the same, but for what is listed. */
class MongrelDifferenceIT {
    @TempDir
    private Path directory;

    private @Nullable FrontPair pair;

    @TestFactory
    Stream<DynamicTest> doesAsMongrel2InJson() throws Exception {
        return compare("json", "", DifferenceCases.plain());
    }

    @TestFactory
    Stream<DynamicTest> doesAsMongrel2InTNetStrings() throws Exception {
        return compare("tnetstring", "", DifferenceCases.plain());
    }

    @TestFactory
    Stream<DynamicTest> doesAsMongrel2WithSettings() throws Exception {
        String settings = "\"no_clobber_xff\": 1, \"request.relaxed\": 1, \"limits.content_length\": 100,";
        return compare("json", settings, DifferenceCases.withSettings());
    }

    @Test
    void listsEveryDifferenceInTheDocument() throws Exception {
        String document = Files.readString(Path.of("../docs/mongrel2.md"));
        Stream.of(DifferenceCases.plain(), DifferenceCases.withSettings())
                .flatMap(List::stream)
                .flatMap(each -> each.deliberate().stream())
                .map(DifferenceCase.Deliberate::reason)
                .distinct()
                .forEach(reason -> assertTrue(document.contains("\n| " + reason + " |"), reason));
    }

    private Stream<DynamicTest> compare(String form, String settings, List<DifferenceCase> cases) throws Exception {
        FrontPair started = FrontPair.start(directory, form, settings);
        pair = started;
        return cases.stream()
                .map(each -> dynamicTest(each.name(), () -> {
                    Front.Outcome mongrel2 = started.mongrel2().outcome(each.bytes());
                    Front.Outcome lurcher = started.lurcher().outcome(each.bytes());
                    assertEquals(each.expected(form), DifferenceCase.found(mongrel2, lurcher));
                }));
    }

    @AfterEach
    void stop() throws Exception {
        if (pair != null) {
            pair.close();
        }
    }
}
