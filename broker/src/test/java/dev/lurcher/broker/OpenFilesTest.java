package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class OpenFilesTest {
    @Test
    void saysWhatTheJdkSays() {
        assertEquals(OpenFiles.limitByManagement(), OpenFiles.limit());
    }
}
