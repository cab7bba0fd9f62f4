package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Setting.Kind;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** {@code docs/settings.md}, made from the table of settings. */
final class SettingsDocument {
    private static final String HEAD = """
            # Settings

            <!-- Made by: bin/broker settings --markdown >docs/settings.md -->

            A setting is a row of table `setting`: `INSERT INTO setting (key, value) VALUES ('handler.timeout', '30s')`. A key that
            is not there has its default. `bin/broker settings` shows what holds, and `bin/broker check` what is wrong.

            Sizes are bytes, or have `k`, `m` or `g` behind the number (64k = 65536). Times are seconds, or have `ms`, `s`, `m` or
            `h` behind the number. The keys of Mongrel2, marked M, are read as Mongrel2 reads them: digits up to the first other
            character, so `64k` is 64 there. A value that is read otherwise than it looks is a warning, one out of its range an
            error, and a key that does not exist a warning that names the nearest one.

            "Reload" tells whether a reload takes a new value; the others need a new start.

            | key | default | allowed | meaning | M | reload |
            |---|---|---|---|---|---|
            """;

    private static final String IGNORED = """

            ## Accepted, no effect

            Keys of Mongrel2 that stand for nothing here. Setting one is a note.

            | key | Mongrel2's default | why, or what takes its place |
            |---|---|---|
            """;

    private SettingsDocument() {}

    /** The whole document. */
    static String text() {
        StringBuilder text = new StringBuilder(HEAD);
        rows(
                Setting::hasEffect,
                setting -> text.append("| `%s` | %s | %s | %s | %s | %s |%n"
                        .formatted(
                                setting.key(),
                                code(setting.byDefault()),
                                setting.range(),
                                setting.meaning(),
                                setting.isMongrel2() ? "M" : "",
                                setting.isReloadable() ? "yes" : "no")));
        text.append(IGNORED);
        rows(setting -> setting.kind() == Kind.IGNORED, setting -> text.append(shortRow(setting)));
        return text.toString();
    }

    /** Whether and when a value does something. */
    static String effect(Setting setting) {
        return switch (setting.kind()) {
            case IGNORED -> "none: a key of Mongrel2 that stands for nothing here";
            case COUNT, BYTES, DURATION, FLAG, WORD, TEXT ->
                setting.isReloadable() ? "at a start or a reload" : "at a start";
        };
    }

    private static void rows(Predicate<Setting> wanted, Consumer<Setting> row) {
        Arrays.stream(Setting.values()).filter(wanted).forEach(row);
    }

    private static String shortRow(Setting setting) {
        return "| `%s` | %s | %s |%n".formatted(setting.key(), code(setting.byDefault()), setting.meaning());
    }

    private static String code(String value) {
        return value.isEmpty() ? "" : "`" + value + "`";
    }
}
