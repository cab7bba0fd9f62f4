package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import dev.lurcher.broker.config.Problem.Severity;
import dev.lurcher.protocol.HeaderFormat;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes immutable records of one server's rows, and a list of everything that is wrong with them. Nothing is repaired.
 * <p>Thread: one at a time; blocks.
 */
public final class ConfigReader {
    private static final long MOST_MILLIS = 86_400_000L;

    private final ConfigDatabase database;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<Long, Target> handlers = new HashMap<>();
    private final Map<Long, Target> directories = new HashMap<>();
    private final Map<Long, Target> proxies = new HashMap<>();

    private ConfigReader(ConfigDatabase database) {
        this.database = database;
    }

    /**
     * What was read.
     *
     * @param configuration null when there are errors among the problems
     */
    public record Loaded(@Nullable Configuration configuration, List<Problem> problems) {
        /** Whether anything is an error. */
        public boolean hasErrors() {
            return problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        }
    }

    /**
     * Reads one server with everything that belongs to it.
     *
     * @throws ConfigException NO_SUCH_SERVER, LOCKED, NOT_A_DATABASE
     */
    public static Loaded read(ConfigDatabase database, String uuid) {
        return new ConfigReader(database).server(uuid);
    }

    /**
     * Reads one server that a broker can run with.
     *
     * @throws ConfigException also INVALID, with all problems
     */
    public static Loaded readValid(ConfigDatabase database, String uuid) {
        Loaded loaded = read(database, uuid);
        if (loaded.configuration() == null) {
            StringBuilder message = new StringBuilder(database.file() + " cannot be used:");
            loaded.problems().forEach(problem -> message.append("\n  ").append(problem));
            throw new ConfigException(Code.INVALID, message.toString(), loaded.problems());
        }
        return loaded;
    }

    private Loaded server(String uuid) {
        Settings settings = settings();
        Map<String, String> mimeTypes = mimeTypes(settings.integer(Setting.MIME_EXT_LEN));
        targets(settings);
        List<Server> found = new ArrayList<>();
        database.read("server", "uuid = ?", uuid, problems, row -> {
            if (found.isEmpty()) {
                found.add(serverRow(row));
            } else {
                row.warning("uuid", uuid, "an earlier row has the same uuid; this one is not used");
            }
        });
        if (found.isEmpty()) {
            List<String> known = database.serverUuids();
            throw new ConfigException(
                    Code.NO_SUCH_SERVER,
                    database.file() + " has no server with the uuid \"" + uuid + "\". "
                            + (known.isEmpty()
                                    ? "Its table server is empty."
                                    : "It has: " + String.join(", ", known) + "."));
        }
        ignoredTables(found.get(0).row());
        boolean broken = problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        return new Loaded(broken ? null : new Configuration(found.get(0), settings, mimeTypes), List.copyOf(problems));
    }

    private Settings settings() {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        database.read("setting", "", "", problems, row -> {
            String key = row.text("key");
            String value = row.text("value");
            Setting setting = Setting.of(key);
            if (setting == null) {
                row.warning("key", key, "there is no such setting; the row is not used. broker settings lists them");
            } else if (values.containsKey(setting)) {
                row.error("key", key, "an earlier row has the same key; remove one of them");
            } else if (!Settings.fault(setting, value).isEmpty()) {
                row.error("value", value, Settings.fault(setting, value) + " (" + key + ")");
            } else {
                String unread = Settings.unread(setting, value);
                if (!unread.isEmpty()) {
                    row.warning("value", value, "\"" + unread + "\" is not read, as in Mongrel2 (" + key + ")");
                }
                values.put(setting, value);
            }
        });
        return new Settings(values);
    }

    private Map<String, String> mimeTypes(int longest) {
        Map<String, String> types = new HashMap<>();
        if (database.hasTable("mimetype")) {
            database.read("mimetype", "", "", problems, row -> {
                String extension = row.text("extension");
                String type = row.text("mimetype");
                if (extension.length() < 2 || !extension.startsWith(".") || extension.length() >= longest) {
                    row.error(
                            "extension",
                            extension,
                            "must begin with a dot and have 2 to " + (longest - 1) + " characters");
                } else if (type.isEmpty()) {
                    row.error("mimetype", type, "must not be empty");
                } else if (types.putIfAbsent(extension, type) != null) {
                    row.error("extension", extension, "an earlier row has the same extension; remove one of them");
                }
            });
        }
        return types;
    }

    private void targets(Settings settings) {
        Map<String, Long> sendSpecs = new HashMap<>();
        Map<String, Long> recvSpecs = new HashMap<>();
        database.read("handler", "", "", problems, row -> {
            Target.Handler handler = handlerRow(row, settings);
            handlers.put(row.id(), handler);
            Long sameSend = sendSpecs.putIfAbsent(handler.sendSpec(), row.id());
            Long sameRecv = recvSpecs.putIfAbsent(handler.recvSpec(), row.id());
            if (sameSend != null && sameSend.equals(sameRecv)) {
                row.warning(
                        "send_spec",
                        handler.sendSpec(),
                        "handler row " + sameSend
                                + " has the same two endpoints; its idents and limits count for both");
            } else if (sameSend != null) {
                row.error(
                        "send_spec",
                        handler.sendSpec(),
                        "handler row " + sameSend + " binds the same endpoint; choose another");
            } else if (sameRecv != null) {
                row.error(
                        "recv_spec",
                        handler.recvSpec(),
                        "handler row " + sameRecv + " binds the same endpoint; choose another");
            }
        });
        if (database.hasTable("directory")) {
            database.read("directory", "", "", problems, row -> directories.put(row.id(), directoryRow(row)));
        }
        if (database.hasTable("proxy")) {
            database.read(
                    "proxy",
                    "",
                    "",
                    problems,
                    row -> proxies.put(row.id(), new Target.Proxy(row.id(), row.text("addr"), (int)
                            row.integer("port", 1, 65535))));
        }
    }

    private Target.Handler handlerRow(Row row, Settings settings) throws SQLException {
        String sendIdent = row.text("send_ident");
        if (!sendIdent.matches("[A-Za-z0-9-]+")) {
            row.error(
                    "send_ident",
                    sendIdent,
                    "must be letters, digits and \"-\": workers repeat it as the first word of a reply");
        }
        HandlerLimits limits = new HandlerLimits(
                time(row, "timeout", settings.duration(Setting.HANDLER_TIMEOUT)),
                time(row, "queue_timeout", settings.duration(Setting.HANDLER_QUEUE_TIMEOUT)),
                (int) row.integer("queue_limit", settings.number(Setting.HANDLER_QUEUE_LIMIT), 0, 1 << 24),
                row.integer("queue_bytes", settings.number(Setting.HANDLER_QUEUE_BYTES), 0, 1L << 40),
                (int) row.integer("prefetch", settings.number(Setting.HANDLER_PREFETCH), 0, 1 << 24));
        return new Target.Handler(
                row.id(),
                row.text("send_spec"),
                sendIdent,
                row.text("recv_spec"),
                row.text("recv_ident"),
                row.integer("raw_payload", 0, Integer.MIN_VALUE, Integer.MAX_VALUE) == 1,
                HeaderFormat.of(row.text("protocol", "json")),
                limits);
    }

    /** A time in seconds, whole or not; as text also with a unit. */
    private static Duration time(Row row, String column, Duration byDefault) throws SQLException {
        if (!row.has(column)) {
            return byDefault;
        }
        double seconds = row.seconds(column);
        if (!(seconds >= 0 && seconds * 1000 <= MOST_MILLIS)) {
            row.error(column, String.valueOf(seconds), "allowed: 0 to " + MOST_MILLIS / 1000 + " seconds");
            return byDefault;
        }
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Target.Directory directoryRow(Row row) throws SQLException {
        String base = row.text("base");
        if (!base.endsWith("/")) {
            row.error("base", base, "must end with \"/\"");
        }
        return new Target.Directory(
                row.id(),
                base,
                row.text("index_file"),
                row.text("default_ctype"),
                row.integer("cache_ttl", 0, 0, Integer.MAX_VALUE));
    }

    private Server serverRow(Row row) throws SQLException {
        long id = row.id();
        String defaultHost = row.text("default_host");
        List<Host> hosts = hosts(id);
        if (hosts.stream().noneMatch(host -> host.name().equals(defaultHost))) {
            row.error(
                    "default_host",
                    defaultHost,
                    "this server has no host of that name. It has: "
                            + String.join(", ", hosts.stream().map(Host::name).toList()));
        }
        boolean useSsl = row.integer("use_ssl", 0, 0, 1) == 1;
        if (useSsl) {
            row.error("use_ssl", "1", "TLS comes with a later version; set it to 0 and put a TLS proxy in front");
        }
        return new Server(
                id,
                row.text("uuid"),
                row.text("name", ""),
                defaultHost,
                row.text("bind_addr", "0.0.0.0"),
                (int) row.integer("port", 0, 65535),
                row.text("chroot", ""),
                row.text("access_log"),
                row.text("error_log"),
                (int) row.integer("error_log_level", 2, 0, 3),
                row.text("pid_file"),
                row.text("control_port", ""),
                useSsl,
                hosts);
    }

    private List<Host> hosts(long server) {
        List<Host> hosts = new ArrayList<>();
        database.read("host", "server_id = ?", server, problems, row -> {
            String name = row.text("name");
            List<Route> routes = routes(row.id());
            if (routes.isEmpty()) {
                row.warning("name", name, "this host has no route: every request to it is answered 404");
            }
            hosts.add(new Host(row.id(), name, row.text("matching"), routes));
        });
        return hosts;
    }

    private List<Route> routes(long host) {
        List<Route> routes = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        database.read("route", "host_id = ?", host, problems, row -> {
            String path = row.text("path");
            long target = row.integer("target_id", Long.MIN_VALUE, Long.MAX_VALUE);
            String type = row.text("target_type");
            Target found = target(type, target);
            if (found == null) {
                unknownTarget(row, type, target);
                return;
            }
            if (!paths.add(path)) {
                row.warning("path", path, "an earlier route of this host has the same path and comes first");
            }
            routes.add(new Route(row.id(), path, found));
        });
        return routes;
    }

    private @Nullable Target target(String type, long id) {
        return switch (type) {
            case "handler" -> handlers.get(id);
            case "dir" -> directories.get(id);
            case "proxy" -> proxies.get(id);
            default -> null;
        };
    }

    private static void unknownTarget(Row row, String type, long target) throws SQLException {
        if (Set.of("handler", "dir", "proxy").contains(type)) {
            String table = type.equals("dir") ? "directory" : type;
            row.error("target_id", String.valueOf(target), "table " + table + " has no row with this id");
        } else {
            row.error("target_type", type, "allowed: handler, dir, proxy");
        }
    }

    private void ignoredTables(long server) {
        for (String table : List.of("filter", "xrequest")) {
            if (database.hasTable(table)) {
                database.read(
                        table,
                        "server_id = ?",
                        server,
                        problems,
                        row -> row.warning(
                                "name",
                                row.text("name", ""),
                                "plug-ins of Mongrel2 cannot be loaded; the row is not used"));
            }
        }
    }
}
