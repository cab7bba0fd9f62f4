package dev.lurcher.broker.cli;

import dev.lurcher.broker.Broker;
import dev.lurcher.broker.ReloadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running server says of itself to other commands: a file beside its pid file, and messages to systemd where that has started
 * it. The file has one line for each fact, its name first; it is exchanged as a whole, and gone when the server has ended.
 * <p>Thread: any.
 */
final class RunState implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunState.class);

    private final Path file;
    private final Path database;
    private final Broker broker;
    private final Instant since = now();
    private final SystemdNotice systemd = SystemdNotice.ofEnvironment();

    private boolean ended;
    private String state = "running";
    private int reloads;
    private List<String> lastReload = List.of();

    private RunState(Path file, Path database, Broker broker) {
        this.file = file;
        this.database = database;
        this.broker = broker;
    }

    /** The file beside a pid file. */
    static Path file(Path pidFile) {
        return pidFile.resolveSibling(pidFile.getFileName() + ".state");
    }

    /** Says that the server accepts requests. */
    static RunState of(Path pidFile, Path database, Broker broker) {
        RunState state = new RunState(file(pidFile), database, broker);
        state.write();
        broker.onCertificates(state::write);
        state.systemd.ready(state.status());
        return state;
    }

    /** A reload begins. */
    synchronized void reloads() {
        systemd.reloading();
    }

    /** A reload has come to its end. */
    synchronized void reloaded(ReloadResult result) {
        reloads++;
        List<String> lines = new ArrayList<>();
        lines.add("reload " + reloads + " " + (result.applied() ? "applied" : "refused") + " " + now());
        result.changes().forEach(each -> lines.add("change " + each));
        result.problems().forEach(each -> lines.add("problem " + each));
        result.needRestart().forEach(each -> lines.add("restart " + each));
        lastReload = lines;
        write();
        systemd.ready(status() + (result.applied() ? "" : "; the last reload was refused"));
    }

    /** The server lets its last requests finish. */
    synchronized void stops() {
        state = "stopping";
        write();
        systemd.stopping();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private String status() {
        return "listening on " + shown(broker.address());
    }

    private static String shown(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private synchronized void write() {
        if (ended) {
            return;
        }
        ProcessHandle self = ProcessHandle.current();
        List<String> lines = new ArrayList<>(List.of(
                "pid " + self.pid(),
                "started "
                        + self.info().startInstant().map(Instant::toEpochMilli).orElse(0L),
                "state " + state,
                "since " + since,
                "address " + shown(broker.address()),
                "database " + database.toAbsolutePath()));
        broker.certificates().forEach((name, end) -> lines.add("certificate " + end + " " + name));
        lastReload.forEach(line -> lines.add(line.replace('\n', ' ')));
        try {
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.write(next, lines);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("{} cannot be written, so that broker status knows less: {}", file, WriteFault.of(e));
        }
    }

    @Override
    public synchronized void close() {
        ended = true;
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", file, e.toString());
        }
    }
}
