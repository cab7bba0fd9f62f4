package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that holds the process id of a running server, decimal, without a newline, as Mongrel2 writes it.
 * <p>A file that an earlier life left behind does not stand in the way: only a process that runs the same program does.
 */
final class PidFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PidFile.class);

    private final Path file;

    private PidFile(Path file) {
        this.file = file;
    }

    /**
     * Writes the file, and the folder it lies in.
     *
     * @throws StartException when another broker runs by this file, or it cannot be written
     */
    static PidFile write(Path file) {
        try {
            refuseWhereAnotherRuns(file);
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, String.valueOf(ProcessHandle.current().pid()));
            return new PidFile(file);
        } catch (IOException e) {
            throw new StartException("the pid file " + file + " cannot be written: " + WriteFault.of(e)
                    + ". Fix: correct server.pid_file, or the permissions of its folder.");
        }
    }

    private static void refuseWhereAnotherRuns(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        if (text.matches("[0-9]{1,9}") && isAnotherBroker(Long.parseLong(text))) {
            throw new StartException("process " + text + " runs by the pid file " + file
                    + " already. Fix: stop it (kill " + text + "), or give this server a pid file of its own.");
        }
        LOG.warn("the pid file {} was left behind by an earlier run and is replaced", file);
    }

    private static boolean isAnotherBroker(long pid) {
        ProcessHandle self = ProcessHandle.current();
        Optional<String> program = ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(process -> process.info().command());
        return pid != self.pid()
                && program.isPresent()
                && program.equals(self.info().command());
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the pid file {} cannot be removed: {}", file, e.toString());
        }
    }
}
