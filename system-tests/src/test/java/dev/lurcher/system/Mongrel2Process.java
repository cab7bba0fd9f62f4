package dev.lurcher.system;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The real Mongrel2. Its database must switch daemonizing off and name no chroot. */
final class Mongrel2Process implements AutoCloseable {
    private final Running process;

    private Mongrel2Process(Running process) {
        this.process = process;
    }

    /** Starts it and waits until it listens. */
    static Mongrel2Process start(Path database, String uuid, InetSocketAddress address) throws IOException {
        Running process = Running.start(
                "mongrel2", database.resolveSibling(""), Map.of(), List.of("mongrel2", database.toString(), uuid));
        Addresses.awaitListener(address);
        return new Mongrel2Process(process);
    }

    @Override
    public void close() {
        process.close();
    }
}
