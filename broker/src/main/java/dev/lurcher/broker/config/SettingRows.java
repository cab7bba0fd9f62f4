package dev.lurcher.broker.config;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Reads the tables that hold for all servers: {@code setting} and {@code mimetype}. */
final class SettingRows {
    private final Consumer<Problem> problems;

    SettingRows(Consumer<Problem> problems) {
        this.problems = problems;
    }

    Settings settings(List<Row> rows) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        Map<Setting, Row> origins = new EnumMap<>(Setting.class);
        for (Row row : rows) {
            String key = row.text("key", problems);
            Setting setting = Setting.of(key);
            if (setting == null) {
                unknown(row, key);
                continue;
            }
            Row earlier = origins.putIfAbsent(setting, row);
            if (earlier != null) {
                problems.accept(row.error(
                        "key", "row " + earlier.id() + " sets the same key", "", "delete one of the two rows"));
                continue;
            }
            String value = row.text("value", problems);
            if (row.value("value") instanceof String && accepts(row, setting, value)) {
                values.put(setting, value);
            }
        }
        Settings settings = new Settings(values);
        checkHeartbeat(settings, origins);
        checkUploads(settings, origins);
        new SeeingSettings(settings, origins, problems).check();
        return settings;
    }

    private void unknown(Row row, String key) {
        if (!(row.value("key") instanceof String)) {
            return;
        }
        String near = Nearest.of(key, Setting.keys());
        problems.accept(row.warning(
                "key",
                "there is no such setting, and it does nothing",
                near == null
                        ? "delete the row; docs/settings.md and broker settings list all there are"
                        : "write " + near + ", if that is what it should be"));
    }

    private boolean accepts(Row row, Setting setting, String value) {
        Rule.Reading reading = setting.rule().read(value);
        if (!reading.fault().isEmpty()) {
            problems.accept(row.error(
                    "value",
                    setting.key() + ": " + reading.fault(),
                    setting.allowed(),
                    "write such a value; the default is " + setting.byDefault()));
            return false;
        }
        if (!reading.remark().isEmpty()) {
            problems.accept(row.warning(
                    "value",
                    setting.key() + ": " + reading.remark(),
                    "write " + reading.number() + ", or the number that is meant"));
        }
        if (!value.equals(setting.byDefault())) {
            noteEffect(row, setting);
        }
        return true;
    }

    private void noteEffect(Row row, Setting setting) {
        if (setting.kind() == Setting.Kind.IGNORED) {
            problems.accept(row.note("value", setting.key() + " does nothing here: " + setting.meaning(), ""));
        }
    }

    /** Peers that are asked less often than they must answer would all be dropped. */
    private void checkHeartbeat(Settings settings, Map<Setting, Row> origins) {
        Duration every = settings.duration(Setting.ZMTP_HEARTBEAT);
        Duration longest = settings.duration(Setting.ZMTP_HEARTBEAT_TIMEOUT);
        if (every.isZero() || longest.isZero() || longest.compareTo(every) > 0) {
            return;
        }
        Row row = origins.getOrDefault(Setting.ZMTP_HEARTBEAT_TIMEOUT, origins.get(Setting.ZMTP_HEARTBEAT));
        if (row != null) {
            problems.accept(row.error(
                    "value",
                    "every peer would be dropped: zmtp.heartbeat_timeout (" + Rule.time(longest.toMillis())
                            + ") must be longer than zmtp.heartbeat (" + Rule.time(every.toMillis()) + ")",
                    "",
                    "make it two or three times as long"));
        }
    }

    private void checkUploads(Settings settings, Map<Setting, Row> origins) {
        Row store = origins.get(Setting.UPLOAD_TEMP_STORE);
        if (store != null && !settings.text(Setting.UPLOAD_TEMP_STORE).matches("|[^\\x00-\\x1f]*XXXXXX")) {
            problems.accept(store.error(
                    "value",
                    "upload.temp_store: files get their names by it, and it does not end with XXXXXX",
                    "a path that ends with XXXXXX",
                    "write /var/spool/lurcher/upload.XXXXXX, say"));
        }
        Row mode = origins.get(Setting.UPLOAD_TEMP_STORE_MODE);
        if (mode != null && !settings.text(Setting.UPLOAD_TEMP_STORE_MODE).matches("0*[1-9][0-9]*|0[xX][0-9a-fA-F]+")) {
            problems.accept(mode.error(
                    "value",
                    "upload.temp_store_mode: it is no number",
                    "1 to 06777, octal with a 0 before it",
                    "write 0600"));
        }
    }

    Map<String, String> mimeTypes(List<Row> rows, Settings settings) {
        int limit = settings.integer(Setting.MIME_EXT_LEN);
        Map<String, String> types = new HashMap<>();
        Map<String, Row> origins = new HashMap<>();
        for (Row row : rows) {
            String extension = row.text("extension", problems);
            String type = row.text("mimetype", problems);
            Row earlier = origins.putIfAbsent(extension, row);
            if (earlier != null) {
                problems.accept(row.error(
                        "extension",
                        "row " + earlier.id() + " has the same extension",
                        "",
                        "delete one of the two rows"));
                continue;
            }
            if (row.value("extension") != null
                    && (extension.length() < 2 || !extension.startsWith(".") || extension.length() >= limit)) {
                problems.accept(row.error(
                        "extension",
                        "it is no file name extension",
                        "a dot and 1 to " + (limit - 2) + " characters (limits.mime_ext_len)",
                        "write it as .html, say"));
            }
            if (type.isEmpty() && row.value("mimetype") != null) {
                problems.accept(row.error("mimetype", "it is empty", "a media type", "write it as text/html, say"));
            }
            types.put(extension, type);
        }
        return types;
    }
}
