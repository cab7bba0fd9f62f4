package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RehearseCommandIT {
    @Test
    void startsAServerAndStopsItWithoutAWord() {
        assertEquals("", Cli.succeed("rehearse"));
    }
}
