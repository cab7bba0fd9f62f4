package dev.lurcher.broker.config;

import java.nio.file.Path;
import java.util.List;

/**
 * One row of table {@code server}.
 *
 * @param row its id
 * @param uuid by which it is chosen; need not look like a UUID
 * @param name for people; may be empty
 * @param defaultHost the name of one of the hosts
 * @param bindAddress an IPv4 or IPv6 address
 * @param port 0..65535; 0 takes a free one
 * @param chroot what comes before the server's paths; may be empty
 * @param accessLog path of the access log, see {@link #located}
 * @param errorLog path of the error log, see {@link #located}
 * @param errorLogLevel 0 errors, 1 and warnings, 2 and information, 3 and debugging
 * @param pidFile path of the pid file, see {@link #located}
 * @param controlPort endpoint of the control port; empty where the setting {@code control_port} counts
 * @param useSsl whether clients speak TLS
 * @param hosts in the order of their rows, which counts
 */
public record Server(
        long row,
        String uuid,
        String name,
        String defaultHost,
        String bindAddress,
        int port,
        String chroot,
        String accessLog,
        String errorLog,
        int errorLogLevel,
        String pidFile,
        String controlPort,
        boolean useSsl,
        List<Host> hosts) {
    private static final String IPC = "ipc://";

    /** Copies the list. */
    public Server {
        hosts = List.copyOf(hosts);
    }

    /** As the database has it now, but for what a broker that runs as {@code running} can change at a start only. */
    public Server reloaded(Server running) {
        return new Server(
                row,
                uuid,
                name,
                defaultHost,
                bindAddress,
                port,
                running.chroot,
                accessLog,
                errorLog,
                errorLogLevel,
                running.pidFile,
                controlPort,
                useSsl,
                hosts);
    }

    /** The handlers to which routes lead, each once, in the order in which the first route does. */
    public List<Target.Handler> handlers() {
        return targets(Target.Handler.class);
    }

    /** The directories to which routes lead, likewise. */
    public List<Target.Directory> directories() {
        return targets(Target.Directory.class);
    }

    private <T extends Target> List<T> targets(Class<T> kind) {
        return hosts.stream()
                .flatMap(host -> host.routes().stream())
                .map(Route::target)
                .filter(kind::isInstance)
                .map(kind::cast)
                .distinct()
                .toList();
    }

    /**
     * Where one of the server's paths is. The broker does not change its root directory; it does what Mongrel2 does when it
     * may not either, and puts {@code chroot} before the path.
     */
    public Path located(String path) {
        return Path.of(chroot + path);
    }

    /**
     * The endpoint of the control port: the row's own, or that of the settings. A relative path of a socket lies below
     * {@code chroot}, where {@code m2sh control} looks for it.
     */
    public String controlEndpoint(Settings settings) {
        String written = controlPort.isEmpty() ? settings.text(Setting.CONTROL_PORT) : controlPort;
        boolean moves = !chroot.isEmpty() && written.startsWith(IPC) && !written.startsWith(IPC + "/");
        return moves ? IPC + Path.of(chroot, written.substring(IPC.length())) : written;
    }

    /** Where the base of a directory is: below {@code chroot}, whether it begins with a slash or not. */
    public Path folder(String base) {
        return chroot.isEmpty() ? Path.of(base) : Path.of(chroot, base);
    }
}
