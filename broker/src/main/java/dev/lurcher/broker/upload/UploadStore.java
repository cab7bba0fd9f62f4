package dev.lurcher.broker.upload;

import dev.lurcher.broker.upload.UploadException.Code;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of all uploads of one broker, and the threads that write them.
 * <p>A file that is complete belongs to the worker that was told so: it is to be moved or deleted, and counts against the bound
 * until it is. A file that is not is deleted when its upload ends early, or by the next broker when this one is killed.
 * <p>Thread: any.
 */
public final class UploadStore implements AutoCloseable {
    /** What the last six letters of a file's name are taken from. */
    static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static final Logger LOG = LoggerFactory.getLogger(UploadStore.class);

    /** Writing is mostly copying into the page cache: two keep a slow disk from holding up all others. */
    private static final int THREADS = 2;

    private static final int MOST_TRIES = 100;
    private static final int USUAL_MODE = 0600;
    private static final long CLOSE_SECONDS = 5;
    private static final long LOG_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final UploadPlace place;
    private final Journal journal;
    private final SecureRandom random = new SecureRandom();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(THREADS, new DefaultThreadFactory("uploads", true));
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong logAgainNanos = new AtomicLong(System.nanoTime());

    /** Complete files that were there when last looked for. */
    private final Queue<Kept> kept = new ConcurrentLinkedQueue<>();

    private record Kept(Path path, long bytes) {}

    /** A new file. */
    record Opened(FileChannel channel, String own, int slot) {}

    private UploadStore(UploadPlace place, Journal journal) {
        this.place = place;
        this.journal = journal;
    }

    /**
     * Opens the place, and deletes what brokers that are dead have left unfinished there. Waits for the disk.
     *
     * @throws UploadException BAD_FOLDER
     */
    public static UploadStore open(UploadPlace place) {
        try {
            int deleted = Journal.recover(place);
            if (deleted > 0) {
                LOG.info("{}: {} unfinished uploads of a broker that was killed are deleted", place.folder(), deleted);
            }
            return new UploadStore(place, Journal.begin(place));
        } catch (IOException e) {
            throw new UploadException(
                    Code.BAD_FOLDER,
                    "setting upload.temp_store: no file can be made in " + place.folder() + " (" + e
                            + "). Fix: make the folder, and let the broker's user write there; or leave the setting out.");
        }
    }

    /**
     * Begins an upload.
     *
     * @param announcedBytes what the client says it is going to send; 0 or less when it does not say
     */
    public UploadFile begin(EventExecutor loop, UploadOwner owner, long announcedBytes) {
        UploadFile file = new UploadFile(this, loop, owner);
        file.open(announcedBytes);
        return file;
    }

    /** What uploads take on the disk now, as far as is known. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** Waits for what is being written; what is unfinished after that is left to the next broker. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("{}: uploads could not be written in {} s", place.folder(), CLOSE_SECONDS);
            }
            journal.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("{}: {}", place.folder(), e.toString());
        }
    }

    UploadPlace place() {
        return place;
    }

    Executor threads() {
        return threads;
    }

    // ---- on the threads

    /** Makes a file under a name that is not taken. */
    Opened create() throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            String own = own();
            try {
                return create(own, place.file(own));
            } catch (FileAlreadyExistsException e) {
                LOG.debug("{} is taken", own);
            }
        }
        throw new FileAlreadyExistsException(place.file("XXXXXX").toString());
    }

    private Opened create(String own, Path path) throws IOException {
        var owned = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        FileChannel channel =
                FileChannel.open(path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owned);
        try {
            int slot = journal.add(own, Journal.inode(path));
            if (place.mode() != USUAL_MODE) {
                Files.setAttribute(path, "unix:mode", place.mode(), LinkOption.NOFOLLOW_LINKS);
            }
            return new Opened(channel, own, slot);
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(path);
            throw e;
        }
    }

    private String own() {
        StringBuilder own = new StringBuilder();
        for (int i = 0; i < UploadPlace.OWN_LETTERS; i++) {
            own.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return own.toString();
    }

    /** Whether so many bytes more would be within the bound now. */
    boolean hasRoom(long bytes) {
        long most = place.maxBytes();
        long wanted = Math.max(1, bytes);
        if (most == 0 || usedBytes.get() + wanted <= most) {
            return true;
        }
        lookForAll();
        return usedBytes.get() + wanted <= most;
    }

    /** Counts bytes against the bound; false, counting none, when they would be past it. */
    boolean take(long bytes) {
        if (usedBytes.addAndGet(bytes) <= place.maxBytes() || place.maxBytes() == 0) {
            return true;
        }
        lookForAll();
        if (usedBytes.get() <= place.maxBytes()) {
            return true;
        }
        giveBack(bytes);
        return false;
    }

    void giveBack(long bytes) {
        usedBytes.addAndGet(-bytes);
    }

    /** A file is complete: it is no longer this broker's to delete. */
    void kept(String own, int slot, long bytes) throws IOException {
        journal.remove(slot);
        kept.add(new Kept(place.file(own), bytes));
        // Two for each that comes: what workers have taken is forgotten as fast as it grows.
        lookForOldest();
        lookForOldest();
    }

    private void lookForAll() {
        for (int i = kept.size(); i > 0; i--) {
            lookForOldest();
        }
    }

    /** Whether a worker has taken the file that was not looked for the longest. */
    private void lookForOldest() {
        Kept oldest = kept.poll();
        if (oldest == null) {
            return;
        } else if (Files.exists(oldest.path(), LinkOption.NOFOLLOW_LINKS)) {
            kept.add(oldest);
        } else {
            giveBack(oldest.bytes());
        }
    }

    void delete(String own, int slot, FileChannel channel) {
        try (channel) {
            Files.deleteIfExists(place.file(own));
            journal.remove(slot);
        } catch (IOException e) {
            LOG.warn("upload {} cannot be deleted: {}", place.file(own), e.toString());
        }
    }

    void deleteKept(String own, long bytes) {
        kept.remove(new Kept(place.file(own), bytes));
        giveBack(bytes);
        try {
            Files.deleteIfExists(place.file(own));
        } catch (IOException e) {
            LOG.warn("upload {} cannot be deleted: {}", place.file(own), e.toString());
        }
    }

    /** What to call an error of the disk; it is logged, once in a second. */
    UploadFault fault(IOException error) {
        long now = System.nanoTime();
        long again = logAgainNanos.get();
        if (now - again >= 0 && logAgainNanos.compareAndSet(again, now + LOG_PAUSE_NANOS)) {
            LOG.error("{}: an upload cannot be kept: {}", place.folder(), error.toString());
        }
        String why = error instanceof FileSystemException of && of.getReason() != null
                ? of.getReason()
                : String.valueOf(error.getMessage());
        boolean full = why.contains("No space left") || why.contains("quota exceeded");
        return full ? UploadFault.DISK_FULL : UploadFault.BROKEN;
    }
}
