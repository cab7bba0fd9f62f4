package dev.lurcher.broker.config;

import java.util.List;

/** The tables that are read, and their columns as far as they count. Others are left alone. */
enum Table {
    SETTING("setting", "key value", ""),
    MIMETYPE("mimetype", "extension mimetype", ""),
    SERVER(
            "server",
            "uuid default_host bind_addr port chroot access_log error_log pid_file use_ssl",
            "name error_log_level control_port"),
    HOST("host", "server_id name matching", ""),
    ROUTE("route", "path host_id target_id target_type", ""),
    HANDLER(
            "handler",
            "send_spec send_ident recv_spec recv_ident raw_payload protocol",
            "timeout queue_timeout queue_limit queue_bytes prefetch retry retry_limit on_empty affinity required"
                    + " upload_limit websocket_auto websocket_deflate allowed_origins mechanism"),
    DIRECTORY("directory", "base index_file default_ctype cache_ttl", "expires dot_files listing precompressed"),
    PROXY(
            "proxy",
            "addr port",
            "connections connect_timeout timeout idle_timeout keep_time tunnel_idle queue_limit queue_timeout"),
    CURVE_KEY("curve_key", "", "public_key name handler control"),
    PLAIN_USER("plain_user", "", "name password handler control"),
    FILTER("filter", "", "server_id name"),
    XREQUEST("xrequest", "", "server_id name");

    private final String label;
    private final String required;
    private final String optional;

    Table(String label, String required, String optional) {
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
        return words(required);
    }

    /** The columns that have a default where they are missing: ours, and those of some versions of Mongrel2 only. */
    List<String> optional() {
        return words(optional);
    }

    private static List<String> words(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
