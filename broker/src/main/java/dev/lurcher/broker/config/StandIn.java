package dev.lurcher.broker.config;

import java.util.function.Consumer;

/** Columns of ours that are written as a setting, which stands in where they are NULL or missing. */
final class StandIn {
    private StandIn() {}

    /** The number in a column, or the setting's. */
    static long number(Row row, String column, Setting standIn, Settings settings, Consumer<Problem> problems) {
        Object value = row.value(column);
        if (value == null) {
            return standIn.rule().read(settings.text(standIn)).number();
        }
        Rule.Reading reading = standIn.rule().read(String.valueOf(row.shown(column)));
        if (!reading.fault().isEmpty()) {
            problems.accept(row.error(
                    column,
                    reading.fault(),
                    standIn.allowed(),
                    "write such a value, or NULL for that of the setting " + standIn.key()));
        }
        return reading.number();
    }
}
