package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.TelemetryException.Code;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a log goes: a file that is appended to, or one of the process's own streams ({@code -} or {@code /dev/stdout},
 * {@code /dev/stderr}).
 * <p>Thread: one at a time. A thread that is interrupted while it writes to a file closes the file.
 */
final class LogFile implements AutoCloseable {
    private final FileChannel channel;
    private final boolean own;

    private LogFile(FileChannel channel, boolean own) {
        this.channel = channel;
        this.own = own;
    }

    /**
     * Opens it; a file that is not there is made, a directory is not.
     *
     * @param log for the message: "access log" or "error log"
     * @throws TelemetryException CANNOT_OPEN
     */
    @SuppressWarnings("resource") // the streams of the process stay open
    static LogFile open(String target, String log) {
        switch (target) {
            case "-", "/dev/stdout" -> {
                return new LogFile(new FileOutputStream(FileDescriptor.out).getChannel(), false);
            }
            case "/dev/stderr" -> {
                return new LogFile(new FileOutputStream(FileDescriptor.err).getChannel(), false);
            }
            default -> {
                try {
                    Path file = Path.of(target);
                    return new LogFile(
                            FileChannel.open(
                                    file,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE,
                                    StandardOpenOption.APPEND),
                            true);
                } catch (IOException | InvalidPathException e) {
                    throw new TelemetryException(Code.CANNOT_OPEN, "cannot open the " + log + " " + reason(target, e));
                }
            }
        }
    }

    private static String reason(String target, Exception e) {
        if (e instanceof InvalidPathException) {
            return "\"" + target + "\": that is no file name. Fix: write the path of a file, or /dev/stdout";
        }
        Path file = Path.of(target).toAbsolutePath();
        Path directory = file.getParent();
        if (Files.isDirectory(file)) {
            return file + ": that is a directory. Fix: write the path of a file in it";
        }
        if (e instanceof NoSuchFileException && directory != null && !Files.isDirectory(directory)) {
            return file + ": there is no directory " + directory + ". Fix: mkdir -p " + directory;
        }
        if (e instanceof AccessDeniedException) {
            return file + ": this user may not write there. Fix: give " + System.getProperty("user.name")
                    + " the right to, or choose another file";
        }
        return file + ": " + e.getMessage();
    }

    /** Writes at least one byte, waiting where the target makes it wait. */
    void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
    }

    /** Closes the file; a stream of the process stays open. */
    @Override
    public void close() throws IOException {
        if (own) {
            channel.close();
        }
    }
}
