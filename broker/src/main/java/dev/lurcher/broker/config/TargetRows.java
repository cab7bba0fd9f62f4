package dev.lurcher.broker.config;

import dev.lurcher.broker.config.Row.Range;
import dev.lurcher.protocol.HeaderFormat;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads handlers, directories and proxies, each when the first route leads to it: what is not used cannot be wrong. */
final class TargetRows {
    private static final Pattern SENDER = Pattern.compile("[A-Za-z0-9-]+");
    private static final Pattern WORD = Pattern.compile("[\\x21-\\x7e]+");
    private static final int SHOWN_IDS = 20;
    private static final Rule EXPIRES = Rule.time("0", "87600h", "0");

    private final Settings settings;
    private final Consumer<Problem> problems;
    private final Map<Kind, Map<Long, Row>> rows = new EnumMap<>(Kind.class);
    private final Map<Row, Target> read = new HashMap<>();

    /** What {@code route.target_type} may say, and the table that it means. */
    enum Kind {
        HANDLER("handler", Table.HANDLER),
        DIRECTORY("dir", Table.DIRECTORY),
        PROXY("proxy", Table.PROXY);

        private final String type;
        private final Table table;

        Kind(String type, Table table) {
            this.type = type;
            this.table = table;
        }

        static @Nullable Kind of(String type) {
            for (Kind kind : values()) {
                if (kind.type.equals(type)) {
                    return kind;
                }
            }
            return null;
        }
    }

    TargetRows(ConfigDatabase database, Settings settings, Consumer<Problem> problems) {
        this.settings = settings;
        this.problems = problems;
        for (Kind kind : Kind.values()) {
            Map<Long, Row> byId = new LinkedHashMap<>();
            database.rows(kind.table).forEach(row -> byId.putIfAbsent(row.id(), row));
            rows.put(kind, byId);
        }
    }

    /** The target of a route, or null when there is none; that is reported. */
    @Nullable
    Target target(Row route) {
        String type = route.text("target_type", problems);
        long id = route.integer("target_id", Range.ANY, problems);
        Kind kind = Kind.of(type);
        if (kind == null) {
            if (route.value("target_type") != null) {
                problems.accept(route.error(
                        "target_type", "there is no such kind of target", "handler, dir, proxy", "write one of these"));
            }
            return null;
        }
        Map<Long, Row> known = rows.getOrDefault(kind, Map.of());
        Row row = known.get(id);
        if (row == null) {
            if (route.value("target_id") != null) {
                problems.accept(route.error(
                        "target_id",
                        "table " + kind.table.label() + " has no row with this id",
                        ids(known.keySet()),
                        known.isEmpty() ? "insert the row" : "write one of these, or insert the row"));
            }
            return null;
        }
        return read.computeIfAbsent(row, first -> switch (kind) {
            case HANDLER -> handler(first);
            case DIRECTORY -> directory(first);
            case PROXY -> proxy(first);
        });
    }

    /** The rows to which no route of any server led. */
    List<Row> unused() {
        return rows.values().stream()
                .flatMap(byId -> byId.values().stream())
                .filter(row -> !read.containsKey(row))
                .toList();
    }

    private static String ids(Set<Long> known) {
        return known.isEmpty()
                ? "none, for the table is empty"
                : known.stream().sorted().limit(SHOWN_IDS).map(String::valueOf).collect(Collectors.joining(", "))
                        + (known.size() > SHOWN_IDS ? " and " + (known.size() - SHOWN_IDS) + " more" : "");
    }

    private Target.Handler handler(Row row) {
        String protocol = row.text("protocol", problems);
        if (row.value("protocol") instanceof String
                && !Set.of("json", "tnetstring").contains(protocol)) {
            problems.accept(row.warning(
                    "protocol",
                    "it is neither json nor tnetstring; json is used, as in Mongrel2",
                    "write json or tnetstring"));
        }
        long raw = row.integer("raw_payload", Range.ANY, problems);
        Target.Handler handler = new Target.Handler(
                row.id(),
                row.text("send_spec", problems),
                row.text("send_ident", problems),
                row.text("recv_spec", problems),
                row.text("recv_ident", problems),
                raw == 1,
                HeaderFormat.of(protocol),
                limits(row),
                new PolicyColumns(row, settings, problems).read(),
                new PolicyColumns(row, settings, problems).readSessions());
        requireText(row, "send_spec");
        requireText(row, "recv_spec");
        checkIdents(row, handler);
        return handler;
    }

    private void requireText(Row row, String column) {
        if ("".equals(row.value(column))) {
            problems.accept(row.error(
                    column,
                    "it is empty",
                    "tcp://ADDRESS:PORT, ipc://PATH",
                    "write an endpoint, as tcp://127.0.0.1:9997"));
        }
    }

    private void checkIdents(Row row, Target.Handler handler) {
        String sender = handler.sendIdent();
        boolean isChecked = settings.flag(Setting.REPLY_CHECK_SENDER);
        if (row.value("send_ident") == null || row.value("recv_ident") == null) {
            return;
        }
        if (!WORD.matcher(sender).matches()) {
            problems.accept(row.error(
                    "send_ident",
                    "it must be one word: each message begins with it",
                    "letters, digits and -",
                    "write a word, a UUID say"));
        } else if (!SENDER.matcher(sender).matches()) {
            String fault = "workers begin their replies with it, and such replies are not understood";
            problems.accept(
                    isChecked
                            ? row.error("send_ident", fault, "letters, digits and -", "leave out the other characters")
                            : row.warning(
                                    "send_ident",
                                    fault,
                                    "write letters, digits and - only, unless workers begin their replies with another word"));
        } else if (isChecked && !(sender + " ").startsWith(handler.recvIdent())) {
            problems.accept(row.warning(
                    "recv_ident",
                    "replies begin with send_ident, \"" + sender + "\", and this subscription lets none of them in",
                    "write '' to let all in, or \"" + sender + "\""));
        }
    }

    private HandlerLimits limits(Row row) {
        return new HandlerLimits(
                Duration.ofMillis(limit(row, "timeout", Setting.HANDLER_TIMEOUT)),
                Duration.ofMillis(limit(row, "queue_timeout", Setting.HANDLER_QUEUE_TIMEOUT)),
                (int) limit(row, "queue_limit", Setting.HANDLER_QUEUE_LIMIT),
                limit(row, "queue_bytes", Setting.HANDLER_QUEUE_BYTES),
                (int) limit(row, "prefetch", Setting.HANDLER_PREFETCH),
                limit(row, "upload_limit", Setting.UPLOAD));
    }

    private long limit(Row row, String column, Setting standIn) {
        return StandIn.number(row, column, standIn, settings, problems);
    }

    private Target.Directory directory(Row row) {
        String base = row.text("base", problems);
        int limit = settings.integer(Setting.DIR_MAX_PATH);
        if (row.value("base") != null && !base.endsWith("/")) {
            problems.accept(row.error("base", "it must end with a slash", "", "write " + base + "/"));
        }
        if (base.length() >= limit) {
            problems.accept(row.error(
                    "base",
                    "it is too long",
                    "at most " + (limit - 1) + " characters (limits.dir_max_path)",
                    "choose a shorter path"));
        }
        return new Target.Directory(
                row.id(),
                base,
                row.text("index_file", problems),
                row.text("default_ctype", problems),
                row.integer("cache_ttl", new Range(0, Integer.MAX_VALUE), problems),
                policy(row));
    }

    private DirectoryPolicy policy(Row row) {
        return new DirectoryPolicy(
                expires(row),
                row.integer("dot_files", Range.FLAG, 0, problems) == 1,
                row.integer("listing", Range.FLAG, 0, problems) == 1,
                row.integer("precompressed", Range.FLAG, 1, problems) == 1);
    }

    private @Nullable Duration expires(Row row) {
        String text = row.shown("expires");
        if (text == null) {
            return null;
        }
        Rule.Reading reading = EXPIRES.read(text);
        if (!reading.fault().isEmpty()) {
            problems.accept(row.error(
                    "expires",
                    reading.fault(),
                    EXPIRES.allowed(),
                    "write such a value, or NULL to leave it to the client"));
        }
        return Duration.ofMillis(reading.number());
    }

    private Target.Proxy proxy(Row row) {
        String address = row.text("addr", problems);
        if (address.isBlank() && row.value("addr") != null) {
            problems.accept(row.error("addr", "it is empty", "a host name or an IP address", "write one"));
        }
        return new Target.Proxy(
                row.id(), address, (int) row.integer("port", new Range(1, 65535), problems), proxyLimits(row));
    }

    private ProxyLimits proxyLimits(Row row) {
        return new ProxyLimits(
                (int) limit(row, "connections", Setting.PROXY_CONNECTIONS),
                Duration.ofMillis(limit(row, "connect_timeout", Setting.PROXY_CONNECT_TIMEOUT)),
                Duration.ofMillis(limit(row, "timeout", Setting.PROXY_TIMEOUT)),
                Duration.ofMillis(limit(row, "idle_timeout", Setting.PROXY_IDLE_TIMEOUT)),
                Duration.ofMillis(limit(row, "keep_time", Setting.PROXY_KEEP_TIME)),
                Duration.ofMillis(limit(row, "tunnel_idle", Setting.PROXY_TUNNEL_IDLE)),
                (int) limit(row, "queue_limit", Setting.PROXY_QUEUE_LIMIT),
                Duration.ofMillis(limit(row, "queue_timeout", Setting.PROXY_QUEUE_TIMEOUT)));
    }
}
