package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Nearest;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code broker settings}: what may be set, and what is. */
@Command(
        name = "settings",
        description = {
            "Lists the settings with the values that hold, or tells all about one.",
            "Values are set by rows of table setting."
        },
        footer = {
            "",
            "Examples: broker settings handler.timeout",
            "          sqlite3 config.sqlite \"INSERT INTO setting (key, value) VALUES ('handler.timeout', '30s')\""
        })
final class SettingsCommand implements Callable<Integer> {
    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec command;

    @Parameters(index = "0", arity = "0..1", paramLabel = "KEY", description = "One setting.")
    private @Nullable String key;

    @Option(names = "--all", description = "Also those of Mongrel2 that do nothing here.")
    private boolean isAll;

    @Option(names = "--markdown", description = "Print docs/settings.md, without reading a database.")
    private boolean isMarkdown;

    @Override
    public Integer call() {
        if (isMarkdown) {
            format.out().print(SettingsDocument.text());
            format.out().flush();
            return 0;
        }
        Setting one = key == null ? null : known(key);
        ConfigReader.Survey survey = source.survey(null, format.err()).all();
        if (one == null) {
            list(survey.settings());
        } else {
            tell(one, survey.settings());
        }
        return 0;
    }

    private Setting known(String wanted) {
        Setting setting = Setting.of(wanted);
        if (setting == null) {
            String near = Nearest.of(wanted, Setting.keys());
            throw new ParameterException(
                    command.commandLine(),
                    "there is no setting '" + wanted + "'. "
                            + (near == null ? "Fix: broker settings lists all." : "Did you mean " + near + "?"));
        }
        return setting;
    }

    private void list(Settings settings) {
        List<Map<String, Object>> facts = new ArrayList<>();
        Columns text = new Columns("KEY", "VALUE", "FROM", "ALLOWED");
        Arrays.stream(Setting.values())
                .filter(setting -> isAll || setting.hasEffect() || settings.isSet(setting))
                .forEach(setting -> {
                    facts.add(facts(setting, settings));
                    text.add(
                            setting.key(),
                            settings.text(setting),
                            settings.isSet(setting) ? "database" : "default",
                            setting.hasEffect() ? setting.range() : "does nothing here");
                });
        format.print(facts, text);
    }

    private void tell(Setting setting, Settings settings) {
        Columns text = new Columns(setting.key(), settings.text(setting));
        text.add("from", settings.isSet(setting) ? "database" : "default");
        text.add("default", setting.byDefault());
        text.add("allowed", setting.allowed());
        text.add("meaning", setting.meaning());
        text.add("effect", SettingsDocument.effect(setting));
        format.print(facts(setting, settings), text);
    }

    private static Map<String, Object> facts(Setting setting, Settings settings) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("key", setting.key());
        facts.put("value", settings.text(setting));
        facts.put("is_set", settings.isSet(setting));
        facts.put("default", setting.byDefault());
        facts.put("kind", setting.kind().name().toLowerCase(Locale.ROOT));
        facts.put("unit", setting.unit());
        facts.put("allowed", setting.allowed());
        facts.put("meaning", setting.meaning());
        facts.put("mongrel2", setting.isMongrel2());
        facts.put("reloadable", setting.isReloadable());
        facts.put("has_effect", setting.hasEffect());
        return facts;
    }
}
