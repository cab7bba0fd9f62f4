package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.HandlerPolicy.Affinity;
import dev.lurcher.broker.config.HandlerPolicy.OnEmpty;
import dev.lurcher.broker.config.Target;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What is said of a target. */
final class TargetFacts {
    private TargetFacts() {}

    /** Its kind, as column {@code route.target_type} names it. */
    static String type(Target target) {
        return switch (target) {
            case Target.Handler handler -> "handler";
            case Target.Directory directory -> "dir";
            case Target.Proxy proxy -> "proxy";
        };
    }

    /** Which one it is, in a few words. */
    static String name(Target target) {
        return switch (target) {
            case Target.Handler handler -> "handler " + handler.sendIdent();
            case Target.Directory directory -> "dir " + directory.base();
            case Target.Proxy proxy -> "proxy " + proxy.address() + ":" + proxy.port();
        };
    }

    static Map<String, Object> of(Target target) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("type", type(target));
        facts.put("row", target.row());
        switch (target) {
            case Target.Handler handler -> {
                facts.put("send_spec", handler.sendSpec());
                facts.put("send_ident", handler.sendIdent());
                facts.put("recv_spec", handler.recvSpec());
                facts.put("recv_ident", handler.recvIdent());
                facts.put("raw_payload", handler.rawPayload());
                facts.put("protocol", handler.protocol().name().toLowerCase(Locale.ROOT));
                facts.put("timeout_ms", handler.limits().timeout().toMillis());
                facts.put("queue_timeout_ms", handler.limits().queueTimeout().toMillis());
                facts.put("queue_limit", handler.limits().queueLimit());
                facts.put("queue_bytes", handler.limits().queueBytes());
                facts.put("prefetch", prefetch(handler.limits().prefetch()));
                facts.put("upload_limit", handler.limits().uploadBytes());
                putPolicy(facts, handler.policy());
            }
            case Target.Directory directory -> {
                facts.put("base", directory.base());
                facts.put("index_file", directory.indexFile());
                facts.put("default_ctype", directory.defaultType());
                facts.put("cache_ttl", directory.cacheTtlSeconds());
                putPolicy(facts, directory.policy());
            }
            case Target.Proxy proxy -> {
                facts.put("addr", proxy.address());
                facts.put("port", proxy.port());
                facts.put("connections", proxy.limits().connections());
                facts.put("connect_timeout_ms", proxy.limits().connectTimeout().toMillis());
                facts.put("timeout_ms", proxy.limits().timeout().toMillis());
                facts.put("idle_timeout_ms", proxy.limits().idleTimeout().toMillis());
                facts.put("keep_time_ms", proxy.limits().keepTime().toMillis());
                facts.put("tunnel_idle_ms", proxy.limits().tunnelIdle().toMillis());
                facts.put("queue_limit", proxy.limits().queueLimit());
                facts.put("queue_timeout_ms", proxy.limits().queueTimeout().toMillis());
            }
        }
        return facts;
    }

    /** A handler's {@code prefetch} as it is written: a number, or "auto". */
    static Object prefetch(int value) {
        return value == HandlerLimits.AUTO ? "auto" : value;
    }

    private static void putPolicy(Map<String, Object> facts, DirectoryPolicy policy) {
        Duration expires = policy.expires();
        facts.put("expires_seconds", expires == null ? "" : expires.toSeconds());
        facts.put("dot_files", policy.dotFiles());
        facts.put("listing", policy.listing());
        facts.put("precompressed", policy.precompressed());
    }

    private static void putPolicy(Map<String, Object> facts, HandlerPolicy policy) {
        facts.put("retry", policy.retry().name().toLowerCase(Locale.ROOT));
        facts.put("retry_limit", policy.retryLimit());
        facts.put(
                "on_empty",
                switch (policy.onEmpty()) {
                    case OnEmpty.Wait wait -> "wait";
                    case OnEmpty.Fail fail -> "fail";
                    case OnEmpty.Page page -> page.folder().toString();
                });
        facts.put(
                "affinity",
                switch (policy.affinity()) {
                    case Affinity.None none -> "";
                    case Affinity.Address address -> "address";
                    case Affinity.Cookie cookie -> "cookie:" + cookie.name();
                    case Affinity.Field field -> "field:" + field.name();
                });
        facts.put("required", policy.required());
    }
}
