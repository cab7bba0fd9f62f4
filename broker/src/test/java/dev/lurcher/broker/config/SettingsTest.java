package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void hasDefaultsForAll() {
        Settings settings = Settings.defaults();

        assertEquals(65536, settings.integer(Setting.CONTENT_LENGTH));
        assertEquals(16 << 20, settings.integer(Setting.ZMTP_MESSAGE_BYTES));
        assertEquals(Duration.ofSeconds(10), settings.duration(Setting.HEADER_TIME));
        assertTrue(settings.flag(Setting.REPLY_CHECK_SENDER));
        assertEquals("mongrel2", settings.text(Setting.ACCESS_LOG_FORMAT));
        assertFalse(settings.isSet(Setting.HEADER_TIME));
    }

    @Test
    void takesWhatIsWritten() {
        Settings settings = new Settings(Map.of(Setting.HEADER_TIME, "1.5s", Setting.URL_LENGTH, "4k"));

        assertEquals(Duration.ofMillis(1500), settings.duration(Setting.HEADER_TIME));
        assertEquals(4096, settings.number(Setting.URL_LENGTH));
        assertEquals("4k", settings.text(Setting.URL_LENGTH));
        assertTrue(settings.isSet(Setting.URL_LENGTH));
    }

    @Test
    void refusesWhatCannotBeTaken() {
        assertThrows(IllegalArgumentException.class, () -> new Settings(Map.of(Setting.FIELD_COUNT, "many")));
    }

    @Test
    void refusesToBeAskedForTheWrongKind() {
        Settings settings = Settings.defaults();

        assertThrows(IllegalArgumentException.class, () -> settings.number(Setting.HEADER_TIME));
        assertThrows(IllegalArgumentException.class, () -> settings.duration(Setting.FIELD_COUNT));
        assertThrows(IllegalArgumentException.class, () -> settings.number(Setting.CONTROL_PORT));
    }

    @Test
    void hasEachKeyOnce() {
        assertEquals(Setting.values().length, Setting.keys().stream().distinct().count());
        for (Setting setting : Setting.values()) {
            assertEquals(setting, Setting.of(setting.key()));
        }
    }
}
