package dev.lurcher.broker.config;

import java.util.List;

/** The tables that are read, and their columns as far as they count. Others are left alone. */
enum Table {
    SETTING("setting", List.of("key", "value"), List.of()),
    MIMETYPE("mimetype", List.of("extension", "mimetype"), List.of()),
    SERVER(
            "server",
            List.of(
                    "uuid",
                    "default_host",
                    "bind_addr",
                    "port",
                    "chroot",
                    "access_log",
                    "error_log",
                    "pid_file",
                    "use_ssl"),
            List.of("name", "error_log_level", "control_port")),
    HOST("host", List.of("server_id", "name", "matching"), List.of()),
    ROUTE("route", List.of("path", "host_id", "target_id", "target_type"), List.of()),
    HANDLER(
            "handler",
            List.of("send_spec", "send_ident", "recv_spec", "recv_ident", "raw_payload", "protocol"),
            List.of("timeout", "queue_timeout", "queue_limit", "queue_bytes", "prefetch")),
    DIRECTORY("directory", List.of("base", "index_file", "default_ctype", "cache_ttl"), List.of()),
    PROXY("proxy", List.of("addr", "port"), List.of()),
    FILTER("filter", List.of(), List.of("server_id", "name")),
    XREQUEST("xrequest", List.of(), List.of("server_id", "name"));

    private final String label;
    private final List<String> required;
    private final List<String> optional;

    Table(String label, List<String> required, List<String> optional) {
        this.label = label;
        this.required = required;
        this.optional = optional;
    }

    /** Its name in the database. */
    String label() {
        return label;
    }

    /** The columns without which there is no reading it, beside {@code id}; none when the table itself may be missing. */
    List<String> required() {
        return required;
    }

    /** The columns that have a default where they are missing: ours, and those of some versions of Mongrel2 only. */
    List<String> optional() {
        return optional;
    }
}
