package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lurcher.broker.config.history.Origin;
import dev.lurcher.broker.config.history.Revision;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RevisionTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T14:00:00Z");
    private static final Origin ANYBODY = new Origin("anna", "load", "here", "site.conf", "");
    private static final List<Revision> ALL = List.of(
            new Revision(1, "2026-11-19 08:00:00", ANYBODY),
            new Revision(0, "2026-11-20 08:00:00", ANYBODY),
            new Revision(2, "2026-11-21 11:59:59", ANYBODY),
            new Revision(3, "2026-11-21 13:30:00", ANYBODY));

    @ParameterizedTest
    @CsvSource({
        "2, 2",
        "2h ago, 2",
        "30m ago, 3",
        "31 m ago, 2",
        "1d ago, 1",
        "2026-11-20, 1",
        "2026-11-21, 3",
        "2026-11-21T11:59, 1",
        "2026-11-21T11:59:59, 2",
        "2026-11-21 13:30:00, 3",
        "2026-11-21T13:30+01:00, 2",
        "2026-11-21T13:30:00Z, 3"
    })
    void findsTheLastOneThen(String at, long number) {
        assertEquals(number, RevisionTime.find(at, ALL, NOW));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2h",
                "2026-11-31",
                "14:00",
                "-1",
                "1w ago",
                "2026-11-19T07:59",
                "99999999999999999999"
            })
    void refusesWhatIsNoTimeOrTooEarly(String at) {
        assertThrows(CommandException.class, () -> RevisionTime.find(at, ALL, NOW));
    }

    @Test
    void saysThatThereIsNone() {
        CommandException none = assertThrows(CommandException.class, () -> RevisionTime.find("2h ago", List.of(), NOW));
        assertEquals(
                "no revision is as old as 2h ago (2026-11-21T12:00:00Z): there is none. Fix: broker commit makes one of what is there now.",
                none.getMessage());
    }
}
