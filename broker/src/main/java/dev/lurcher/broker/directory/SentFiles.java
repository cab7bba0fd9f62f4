package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files that workers may have sent to clients: those below one folder, links followed.
 * <p>Thread: any; files are opened by threads that may wait.
 */
public final class SentFiles {
    private final @Nullable Path base;
    private final String root;
    private final Executor threads;

    /**
     * A file that is there.
     *
     * @param file open, to be released
     * @param length of it now, in bytes
     */
    public record Sent(OpenFile file, long length) {}

    /**
     * Creates it.
     *
     * @param base the folder; null: nothing may be sent
     * @param root put before absolute paths, as {@code server.chroot} is
     */
    SentFiles(@Nullable Path base, String root, Executor threads) {
        this.base = base;
        this.root = root;
        this.threads = threads;
    }

    /** Whether any may be sent. */
    public boolean isAny() {
        return base != null;
    }

    /**
     * Opens a file.
     *
     * @param path absolute or below the folder, octets as chars 0..255
     * @param loop where {@code then} is called, exactly once, unless the loop has ended
     * @param then hears of the file, or of none where there is no such file below the folder
     */
    public void open(String path, Executor loop, Consumer<Optional<Sent>> then) {
        try {
            threads.execute(() -> {
                Optional<Sent> opened = open(path);
                loop.execute(() -> then.accept(opened));
            });
        } catch (RejectedExecutionException e) {
            then.accept(Optional.empty());
        }
    }

    private Optional<Sent> open(String octets) {
        if (base == null) {
            return Optional.empty();
        }
        try {
            String path = new String(octets.getBytes(ISO_8859_1), UTF_8);
            Path folder = base.toRealPath();
            Path file = (path.startsWith("/") ? Path.of(root + path) : folder.resolve(path)).toRealPath();
            if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
                return Optional.empty();
            }
            FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            return Optional.of(new Sent(new OpenFile(channel, threads), channel.size()));
        } catch (IOException | InvalidPathException e) {
            // Not there, not readable, or a name that no file can have.
            return Optional.empty();
        }
    }
}
