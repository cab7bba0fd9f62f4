package dev.lurcher.broker.upload;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which files of a folder this broker has begun and not completed, written down beside them, so that the next one can delete
 * what a broker left that was killed. The journal is a hidden file, locked for as long as its broker lives: one that can be
 * locked belongs to a dead one. Several brokers may share a folder, each with a journal of its own.
 *
 * <pre>
 * journal = *slot
 * slot    = 6OCTET SP 20DIGIT LF       ; letters of the file's name, inode; a free slot holds spaces
 * </pre>
 *
 * <p>The inode is what makes sure that a file is the one that was written down: names are used again.
 * <p>Thread: any; calls wait for the disk.
 */
final class Journal implements AutoCloseable {
    private static final int OWN = UploadPlace.OWN_LETTERS;
    private static final int INODE_DIGITS = 20;
    private static final int SLOT_BYTES = OWN + 1 + INODE_DIGITS + 1;
    private static final byte[] FREE = (" ".repeat(SLOT_BYTES - 1) + "\n").getBytes(US_ASCII);
    private static final int LARGEST_READ = 64 << 20;

    /** Journals of this process: closing one of them a second time would give up the lock of the first. */
    private static final Set<Path> HERE = new HashSet<>();

    private final Path path;
    private final FileChannel channel;
    private final TreeSet<Integer> free = new TreeSet<>();
    private int slots;

    private Journal(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Begins a journal. */
    static Journal begin(UploadPlace place) throws IOException {
        SecureRandom random = new SecureRandom();
        while (true) {
            Path path = place.folder().resolve(stem(place) + HexFormat.of().toHexDigits(random.nextLong()));
            Journal journal = begin(path);
            if (journal != null) {
                return journal;
            }
        }
    }

    /** Null when another broker took it for one that was left behind, in the moment before it was locked. */
    private static @Nullable Journal begin(Path path) throws IOException {
        synchronized (HERE) {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null || !Files.exists(path)) {
                channel.close();
                return null;
            }
            HERE.add(path);
            return new Journal(path, channel);
        }
    }

    private static String stem(UploadPlace place) {
        return "." + place.prefix() + "lurcher-";
    }

    /** Writes a file down; returns its slot. */
    synchronized int add(String own, long inode) throws IOException {
        Integer slot = free.pollFirst();
        int chosen = slot == null ? slots++ : slot;
        write(
                chosen,
                String.format(Locale.ROOT, "%s %0" + INODE_DIGITS + "d\n", own, inode)
                        .getBytes(US_ASCII));
        return chosen;
    }

    /** Strikes a file out: it is complete, or deleted. */
    synchronized void remove(int slot) throws IOException {
        write(slot, FREE);
        free.add(slot);
    }

    private void write(int slot, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long at = (long) slot * SLOT_BYTES;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    /** Ends it: the file goes when nothing is written down in it any more, else stays for the next broker. */
    @Override
    public synchronized void close() throws IOException {
        synchronized (HERE) {
            if (free.size() == slots) {
                Files.deleteIfExists(path);
            }
            channel.close();
            HERE.remove(path);
        }
    }

    // ---- what others left

    /**
     * Deletes what brokers that are dead have begun in a folder and not completed.
     *
     * @return how many files
     */
    static int recover(UploadPlace place) throws IOException {
        int deleted = 0;
        String stem = stem(place);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                place.folder(), path -> path.getFileName().toString().startsWith(stem))) {
            for (Path path : found) {
                deleted += recover(place, path);
            }
        }
        return deleted;
    }

    private static int recover(UploadPlace place, Path journal) throws IOException {
        synchronized (HERE) {
            if (HERE.contains(journal)
                    || !Files.isRegularFile(journal, LinkOption.NOFOLLOW_LINKS)
                    || !isOurs(journal)
                    || !Files.isWritable(journal)) {
                return 0;
            }
            try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                FileLock lock = channel.tryLock();
                if (lock == null) {
                    return 0;
                }
                int deleted = delete(place, channel);
                Files.deleteIfExists(journal);
                return deleted;
            } catch (NoSuchFileException | OverlappingFileLockException e) {
                // Another broker was faster, or it lives in this process.
                return 0;
            }
        }
    }

    /** Whether it belongs to this process's user: in a folder that all may write to, anybody could write down anything. */
    private static boolean isOurs(Path journal) throws IOException {
        return Files.getAttribute(journal, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static int delete(UploadPlace place, FileChannel channel) throws IOException {
        if (channel.size() > LARGEST_READ) {
            return 0;
        }
        ByteBuffer all = ByteBuffer.allocate((int) channel.size());
        while (all.hasRemaining() && channel.read(all) >= 0) {
            // Until it is all there.
        }
        int deleted = 0;
        for (int at = 0; at + SLOT_BYTES <= all.position(); at += SLOT_BYTES) {
            String slot = new String(all.array(), at, SLOT_BYTES, US_ASCII);
            String own = slot.substring(0, OWN);
            String inode = slot.substring(OWN + 1, SLOT_BYTES - 1);
            if (UploadFile.isOwn(own) && isFile(place.file(own), inode)) {
                Files.delete(place.file(own));
                deleted++;
            }
        }
        return deleted;
    }

    /** Whether this is still the file that was written down. */
    private static boolean isFile(Path path, String inode) {
        try {
            return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && inode(path) == Long.parseLong(inode);
        } catch (IOException | NumberFormatException e) {
            return false;
        }
    }

    /** The inode of a file. */
    static long inode(Path path) throws IOException {
        return (Long) Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }
}
