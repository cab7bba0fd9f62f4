package dev.lurcher.broker.config;

import dev.lurcher.broker.config.HandlerPolicy.Affinity;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.HandlerPolicy.Retry;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads the columns of table {@code handler} that make up a {@link HandlerPolicy}. */
final class PolicyColumns {
    /** A token (RFC 9110, 5.6.2). */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** RFC 6454, 6.2; pages of files and sandboxes say {@code null}. */
    private static final Pattern ORIGIN = Pattern.compile("null|[a-z][a-z0-9+.-]*://[^/\\s]+");

    private final Row row;
    private final Settings settings;
    private final Consumer<Problem> problems;

    PolicyColumns(Row row, Settings settings, Consumer<Problem> problems) {
        this.row = row;
        this.settings = settings;
        this.problems = problems;
    }

    HandlerPolicy read() {
        return new HandlerPolicy(
                retry(),
                (int) StandIn.number(row, "retry_limit", Setting.HANDLER_RETRY_LIMIT, settings, problems),
                onEmpty(),
                affinity(),
                flag("required"));
    }

    SessionPolicy readSessions() {
        return new SessionPolicy(flag("websocket_auto"), flag("websocket_deflate"), origins());
    }

    private boolean flag(String column) {
        return row.integer(column, Row.Range.FLAG, 0, problems) == 1;
    }

    private List<String> origins() {
        String text = row.text("allowed_origins", "", problems).strip();
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> origins = List.of(text.toLowerCase(Locale.ROOT).split("\\s+"));
        for (String origin : origins) {
            if (!ORIGIN.matcher(origin).matches()) {
                problems.accept(row.error(
                        "allowed_origins",
                        "\"" + origin + "\" is no origin",
                        "SCHEME://HOST or SCHEME://HOST:PORT, with blanks between several",
                        "write them as browsers do: https://example.com, without a slash at the end"));
            }
        }
        return origins;
    }

    private Retry retry() {
        String word = row.text("retry", settings.text(Setting.HANDLER_RETRY), problems);
        try {
            return Retry.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            problems.accept(row.error(
                    "retry",
                    "there is no such word",
                    Setting.HANDLER_RETRY.allowed(),
                    "write one of them, or NULL for that of the setting " + Setting.HANDLER_RETRY.key()));
            return Retry.IDEMPOTENT;
        }
    }

    private OnEmpty onEmpty() {
        String text = row.text("on_empty", settings.text(Setting.HANDLER_ON_EMPTY), problems);
        return switch (text) {
            case "wait" -> new OnEmpty.Wait();
            case "fail" -> new OnEmpty.Fail();
            default -> page(text);
        };
    }

    private OnEmpty page(String text) {
        try {
            Path folder = Path.of(text);
            if (!text.isEmpty() && Files.isReadable(folder.resolve("index.html"))) {
                return new OnEmpty.Page(folder);
            }
        } catch (InvalidPathException e) {
            // Told below, with the rest.
        }
        problems.accept(row.error(
                "on_empty",
                "there is no file index.html that can be read in such a folder",
                "wait, fail, or a folder with a file index.html",
                "write one of them, or NULL for that of the setting " + Setting.HANDLER_ON_EMPTY.key()));
        return new OnEmpty.Wait();
    }

    private Affinity affinity() {
        String text = row.text("affinity", "", problems);
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String name = colon < 0 ? "" : text.substring(colon + 1);
        boolean named = TOKEN.matcher(name).matches();
        if (text.isEmpty()) {
            return new Affinity.None();
        } else if (text.equals("address")) {
            return new Affinity.Address();
        } else if (kind.equals("cookie") && named) {
            return new Affinity.Cookie(name);
        } else if (kind.equals("field") && named) {
            return new Affinity.Field(name.toLowerCase(Locale.ROOT));
        }
        problems.accept(row.error(
                "affinity",
                "it cannot be read",
                "address, cookie:NAME, field:NAME",
                "write one of them, as cookie:session, or '' for none"));
        return new Affinity.None();
    }
}
