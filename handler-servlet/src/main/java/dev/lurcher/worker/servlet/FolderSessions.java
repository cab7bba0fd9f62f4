package dev.lurcher.worker.servlet;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.session.AbstractSessionDataStore;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.util.ClassLoadingObjectInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as files of a folder that several processes share; Jetty's own folders belong to one process. Any thread.
 *
 * <pre>
 * file = application "_" session id      modified when the session ends
 * </pre>
 *
 * <p>A file is replaced as a whole, so nobody reads half of one; of two writers the later one wins.
 */
final class FolderSessions extends AbstractSessionDataStore {
    /** Sessions' ids come from clients: what is no id must not become a path. */
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z][0-9A-Za-z_.-]{0,150}");

    private static final String NEW = ".new-";
    /** The year 2100, for sessions without an end. */
    private static final long NEVER_MILLIS = 4_102_444_800_000L;

    private final Path folder;

    /** @param folder made if need be */
    FolderSessions(Path folder) {
        this.folder = folder;
    }

    @Override
    protected void doStart() throws Exception {
        Files.createDirectories(folder);
        super.doStart();
    }

    @Override
    public boolean isPassivating() {
        return true;
    }

    @Override
    public boolean doExists(String id) throws IOException {
        Path file = file(id);
        return file != null
                && Files.exists(file)
                && Files.getLastModifiedTime(file).toMillis() > System.currentTimeMillis();
    }

    @Override
    public void doStore(String id, SessionData data, long lastSaveTime) throws IOException {
        Path file = file(id);
        if (file == null) {
            throw new IOException("no session id: " + id);
        }
        if (lastSaveTime > 0 && isSuperseded(file, data.isDirty(), lastSaveTime)) {
            return;
        }
        Path made = Files.createTempFile(folder, NEW, "");
        try {
            try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(made))) {
                out.writeLong(data.getLastSaved());
                out.writeLong(data.getCreated());
                out.writeLong(data.getAccessed());
                out.writeLong(data.getLastAccessed());
                out.writeLong(data.getCookieSet());
                out.writeLong(data.getExpiry());
                out.writeLong(data.getMaxInactiveMs());
                SessionData.serializeAttributes(data, out);
            }
            long end = data.getExpiry() > 0 ? data.getExpiry() : NEVER_MILLIS;
            Files.setLastModifiedTime(made, FileTime.fromMillis(end));
            Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    /** Whether another process has ended the session, or stored it while here nothing but its times changed. */
    private static boolean isSuperseded(Path file, boolean isDirty, long lastSaveTime) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
            return in.readLong() > lastSaveTime && !isDirty;
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    @Override
    public @Nullable SessionData doLoad(String id) throws IOException, ClassNotFoundException {
        Path file = file(id);
        if (file == null) {
            return null;
        }
        try (ObjectInputStream in = new ClassLoadingObjectInputStream(Files.newInputStream(file))) {
            long saved = in.readLong();
            long created = in.readLong();
            long accessed = in.readLong();
            long lastAccessed = in.readLong();
            long cookieSet = in.readLong();
            long expiry = in.readLong();
            long maxInactiveMillis = in.readLong();
            SessionData data = newSessionData(id, created, accessed, lastAccessed, maxInactiveMillis);
            data.setLastSaved(saved);
            data.setCookieSet(cookieSet);
            data.setExpiry(expiry);
            data.setLastNode(_context.getWorkerName());
            SessionData.deserializeAttributes(data, in);
            return data;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public boolean delete(String id) throws IOException {
        Path file = file(id);
        return file != null && Files.deleteIfExists(file);
    }

    /** Those of the candidates that have ended, or are not there. */
    @Override
    public Set<String> doCheckExpired(Set<String> candidates, long time) {
        Set<String> expired = new HashSet<>();
        for (String id : candidates) {
            Path file = file(id);
            if (file == null || endMillis(file) <= time) {
                expired.add(id);
            }
        }
        return expired;
    }

    @Override
    public Set<String> doGetExpired(long before) {
        Set<String> expired = new HashSet<>();
        String application = application();
        for (Path file : files()) {
            String name = file.getFileName().toString();
            if (name.startsWith(application) && endMillis(file) <= before) {
                expired.add(name.substring(application.length()));
            }
        }
        return expired;
    }

    /** Also of applications that run no more, and what a process left that was killed. */
    @Override
    public void doCleanOrphans(long time) {
        for (Path file : files()) {
            if (endMillis(file) <= time) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    // Somebody else's, or in the next round.
                }
            }
        }
    }

    private Set<Path> files() {
        try (Stream<Path> all = Files.list(folder)) {
            return new HashSet<>(all.toList());
        } catch (IOException e) {
            return Set.of();
        }
    }

    /** When the session of a file ends; 0 where it is not there. */
    private static long endMillis(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private @Nullable Path file(String id) {
        return ID.matcher(id).matches() ? folder.resolve(application() + id) : null;
    }

    private String application() {
        String name = _context.getVhost() + _context.getCanonicalContextPath();
        return name.replaceAll("[^0-9A-Za-z.-]", "-") + "_";
    }
}
