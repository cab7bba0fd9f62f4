package dev.lurcher.broker;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What is different between the configuration that runs and the one that was read, in sentences for people. */
final class Changes {
    private final List<String> changes = new ArrayList<>();
    private final List<String> needRestart = new ArrayList<>();

    /**
     * Compares.
     *
     * @param running as the broker runs, with what it could not change so far
     * @param read as the database has it
     */
    Changes(Configuration running, Configuration read) {
        compare(running.server(), read.server());
        compare(running.settings(), read.settings());
        if (!running.mimeTypes().equals(read.mimeTypes())) {
            changes.add("the media types (table mimetype) have changed");
        }
        if (!running.admissions().equals(read.admissions())) {
            changes.add(
                    "who may connect to the ZeroMQ endpoints (tables curve_key and plain_user, the mechanisms) has changed");
        }
    }

    /** What a reload brings about. */
    List<String> changes() {
        return changes;
    }

    /** What it does not. */
    List<String> needRestart() {
        return needRestart;
    }

    private void compare(Server running, Server read) {
        change("server.bind_addr", running.bindAddress(), read.bindAddress());
        change("server.port", running.port(), read.port());
        change("server.name", running.name(), read.name());
        change("server.default_host", running.defaultHost(), read.defaultHost());
        change("server.access_log", running.accessLog(), read.accessLog());
        change("server.error_log", running.errorLog(), read.errorLog());
        change("server.error_log_level", running.errorLogLevel(), read.errorLogLevel());
        restart("server.chroot", running.chroot(), read.chroot());
        restart("server.pid_file", running.pidFile(), read.pidFile());
        change("server.control_port", running.controlPort(), read.controlPort());
        change("server.use_ssl", running.useSsl() ? 1 : 0, read.useSsl() ? 1 : 0);
        compare(by(Host::name, running.hosts()), by(Host::name, read.hosts()));
        Map<String, Target> before = targets(running);
        targets(read).forEach((name, target) -> {
            Target former = before.get(name);
            if (former != null && former.at(target.row()) instanceof Record was && target instanceof Record is) {
                Differences.of(was, is).forEach(difference -> changes.add(name + ": " + difference));
            }
        });
    }

    private void compare(Map<String, Host> running, Map<String, Host> read) {
        running.forEach((name, host) -> {
            if (!read.containsKey(name)) {
                changes.add("host " + name + " is gone");
            }
        });
        read.forEach((name, host) -> {
            Host former = running.get(name);
            if (former == null) {
                changes.add("host " + name + " is new: its routes are "
                        + host.routes().stream().map(Route::path).collect(Collectors.joining(", ")));
            } else {
                change("host " + name + ": matching", former.matching(), host.matching());
                routes(name, by(Route::path, former.routes()), by(Route::path, host.routes()));
            }
        });
    }

    private void routes(String host, Map<String, Route> running, Map<String, Route> read) {
        running.forEach((path, route) -> {
            if (!read.containsKey(path)) {
                changes.add("route " + path + " of host " + host + " is gone; it led to " + name(route.target()));
            }
        });
        read.forEach((path, route) -> {
            Route former = running.get(path);
            String target = name(route.target());
            if (former == null) {
                changes.add("route " + path + " of host " + host + " is new and leads to " + target);
            } else if (!name(former.target()).equals(target)) {
                changes.add("route " + path + " of host " + host + " leads to " + target + " (before: "
                        + name(former.target()) + ")");
            }
        });
    }

    private void compare(Settings running, Settings read) {
        for (Setting setting : Setting.values()) {
            if (setting.hasEffect() && !running.text(setting).equals(read.text(setting))) {
                String what = "setting " + setting.key();
                if (setting.isReloadable()) {
                    change(what, running.text(setting), read.text(setting));
                } else {
                    restart(what, running.text(setting), read.text(setting));
                }
            }
        }
    }

    private void change(String what, Object running, Object read) {
        if (!running.equals(read)) {
            changes.add(what + " is " + shown(read) + " (before: " + shown(running) + ")");
        }
    }

    private void restart(String what, Object running, Object read) {
        if (!running.equals(read)) {
            needRestart.add(what + " is " + shown(read) + " in the database, and " + shown(running)
                    + " until the broker is restarted");
        }
    }

    private static String shown(Object value) {
        return Problem.quoted(String.valueOf(value));
    }

    /** Where two have the same key, the first counts; it is what requests find. */
    private static <T> Map<String, T> by(Function<T, String> key, List<T> all) {
        Map<String, T> found = new LinkedHashMap<>();
        all.forEach(each -> found.putIfAbsent(key.apply(each), each));
        return found;
    }

    private static Map<String, Target> targets(Server server) {
        return by(
                Changes::name,
                server.hosts().stream()
                        .flatMap(host -> host.routes().stream())
                        .map(Route::target)
                        .toList());
    }

    /** By what people know it, which is not the number of its row. */
    static String name(Target target) {
        return switch (target) {
            case Target.Handler handler -> "handler " + handler.sendSpec() + " " + handler.recvSpec();
            case Target.Directory directory -> "directory " + directory.base();
            case Target.Proxy proxy -> "proxy " + proxy.address() + ":" + proxy.port();
        };
    }
}
