package dev.lurcher.broker.config;

import dev.lurcher.broker.console.AdminAddress;
import dev.lurcher.broker.console.ConsoleException;
import dev.lurcher.broker.telemetry.AccessFilter;
import dev.lurcher.broker.telemetry.LinePattern;
import dev.lurcher.broker.telemetry.TelemetryException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Looks over the settings of the access log and of the admin listener whose values are written in a language of their own. */
final class SeeingSettings {
    private static final String FIX = ". Fix: ";

    private final Settings settings;
    private final Map<Setting, Row> origins;
    private final Consumer<Problem> problems;

    SeeingSettings(Settings settings, Map<Setting, Row> origins, Consumer<Problem> problems) {
        this.settings = settings;
        this.origins = origins;
        this.problems = problems;
    }

    void check() {
        check(Setting.ACCESS_LOG_PATTERN, LinePattern::of);
        check(Setting.ACCESS_LOG_STATUS, statuses -> AccessFilter.of(statuses, Duration.ZERO));
        check(Setting.ADMIN_LISTEN, this::checkAddress);
    }

    private void check(Setting setting, Consumer<String> reading) {
        Row row = origins.get(setting);
        String value = settings.text(setting);
        if (row == null || value.isEmpty()) {
            return;
        }
        try {
            reading.accept(value);
        } catch (TelemetryException | ConsoleException e) {
            report(row, String.valueOf(e.getMessage()));
        }
    }

    /** The reader's own words: what is wrong comes first and the fix last. */
    private void report(Row row, String message) {
        int fix = message.lastIndexOf(FIX);
        problems.accept(row.error("value", message.substring(0, fix), "", message.substring(fix + FIX.length())));
    }

    private void checkAddress(String value) {
        AdminAddress address = AdminAddress.parse(value);
        Row row = origins.get(Setting.ADMIN_LISTEN);
        if (row != null
                && !address.isLoopback()
                && settings.text(Setting.ADMIN_TOKEN_FILE).isEmpty()
                && (settings.text(Setting.ADMIN_CERTIFICATE).isEmpty()
                        || settings.text(Setting.ADMIN_CA_CHAIN).isEmpty())) {
            problems.accept(row.error(
                    "value",
                    "admin.listen: other machines can reach it, and whoever does could see everything",
                    "",
                    "listen at 127.0.0.1, or set admin.token_file"));
        }
    }
}
