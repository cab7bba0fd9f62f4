package dev.lurcher.broker.config;

import java.util.List;

/** One row of table {@code server}, with its hosts in the order of their rows. */
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
    /** Copies the list. */
    public Server {
        hosts = List.copyOf(hosts);
    }
}
