package dev.lurcher.broker.config.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.testing.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Any text is refused with places that can be printed, or read; and what was read is written so that it is read as it was. */
public class LanguageFuzz {
    private static final Map<String, String> ENVIRONMENT = Map.of("PORT", "6767");
    private static final String INCLUDED = "include 'again'\nx = Host(name='x', routes={})\n";

    @KeptInputs
    void refusesOrReads(byte[] bytes) {
        fuzzerTestOneInput(bytes);
    }

    /** To be called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Library library = (name, from) -> new SourceText(name, name.equals("again") ? text : INCLUDED);
        try {
            check(new Language(Sources.SCHEMA, library, ENVIRONMENT).read(new SourceText("site.conf", text)));
        } catch (LanguageException refused) {
            assertFalse(refused.complaints().isEmpty());
            assertFit(String.valueOf(refused.getMessage()));
            refused.complaints().forEach(LanguageFuzz::assertPlace);
        }
    }

    private static void check(Draft draft) {
        draft.warnings().forEach(LanguageFuzz::assertPlace);
        Dump.Written written = Dump.of(draft.entries(), Sources.SCHEMA);
        assertEquals(List.of(), written.leftOut());
        List<Entry> again = Sources.read(written.text()).entries();
        assertEquals(written.text(), Dump.of(again, Sources.SCHEMA).text());
    }

    private static void assertPlace(Complaint complaint) {
        Spot spot = complaint.spot();
        assertTrue(spot.line() >= 1 && spot.column() >= 1, complaint.toString());
        assertFit(complaint.toString());
        assertTrue(complaint.toString().lines().allMatch(line -> line.length() < 1000), complaint.toString());
    }

    private static void assertFit(String message) {
        assertTrue(message.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n'), message);
    }
}
