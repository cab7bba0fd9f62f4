package dev.lurcher.broker.directory;

import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Host;
import dev.lurcher.broker.config.Route;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.directory.Tree.Found;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All directory targets of a server, the files that are kept in memory, and the threads that ask the disk.
 * <p>Thread: any. What waits for a thread is bounded by the connections: each asks for one thing at a time.
 */
public final class Directories implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);

    /** A file may change while it is looked at; after so many times it is taken as it comes. */
    private static final int TRIES = 3;

    private static final int IDLE_SECONDS = 30;
    private static final long COMPLAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FileCache cache;
    private final int mostKeptBytes;
    private final ThreadPoolExecutor threads;
    private final SentFiles sentFiles;
    private final AtomicLong complainedNanos = new AtomicLong(System.nanoTime() - COMPLAIN_NANOS);

    /** Prepares for the directories of a server. Nothing is looked at yet. */
    public Directories(Configuration configuration) {
        Settings settings = configuration.settings();
        cache = new FileCache(settings.number(Setting.DIRECTORY_CACHE_BYTES));
        mostKeptBytes = settings.number(Setting.DIRECTORY_CACHE_BYTES) == 0
                ? 0
                : settings.integer(Setting.DIRECTORY_CACHE_FILE_BYTES);
        int most = settings.integer(Setting.DIRECTORY_THREADS);
        threads = new ThreadPoolExecutor(
                most,
                most,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("file", true));
        threads.allowCoreThreadTimeOut(true);
        String base = settings.text(Setting.SENDFILE_BASE);
        sentFiles = new SentFiles(
                base.isEmpty() ? null : configuration.server().folder(base),
                configuration.server().chroot(),
                threads);
    }

    /** The files that workers may have sent. */
    public SentFiles sentFiles() {
        return sentFiles;
    }

    /**
     * The folders of all directories to which routes lead. Nothing is looked at yet.
     *
     * @param known those of an earlier configuration; what is the same as one of them stays it, and keeps what is in memory
     */
    public static IdentityHashMap<Target.Directory, Tree> trees(Configuration configuration, Collection<Tree> known) {
        MediaTypes types = new MediaTypes(configuration.mimeTypes());
        IdentityHashMap<Target.Directory, Tree> trees = new IdentityHashMap<>();
        for (Host host : configuration.server().hosts()) {
            for (Route route : host.routes()) {
                if (route.target() instanceof Target.Directory target) {
                    trees.computeIfAbsent(
                            target,
                            first -> tree(new Tree(configuration.server().folder(first.base()), first, types), known));
                }
            }
        }
        return trees;
    }

    private static Tree tree(Tree wanted, Collection<Tree> known) {
        return known.stream().filter(wanted::isSame).findFirst().orElse(wanted);
    }

    /** No route leads to these any more: what is in memory of them may go. */
    public void forget(Set<Tree> gone) {
        cache.forget(gone);
    }

    /** What was found for a request. */
    public sealed interface Answer {
        /**
         * A file.
         *
         * @param content its bytes, where they are in memory and wanted
         * @param file the same open, where it is large; whoever gets it releases it
         */
        @SuppressWarnings("ArrayRecordComponent") // shared with the cache, never compared
        record File(
                Selection selection,
                byte @Nullable [] content,
                @Nullable OpenFile file) implements Answer {}

        /** A folder whose name lacks the slash at its end. */
        record Folder() implements Answer {}

        /** A page that shows a folder. */
        record Page(String html) implements Answer {}

        /** Nothing that may be shown. */
        record Nothing() implements Answer {}

        /** It is there, and cannot be read now. */
        record Unavailable() implements Answer {}
    }

    /**
     * The answer as far as it is in memory; null where the disk must be asked.
     *
     * @param second of now, since 1970
     */
    public Answer.@Nullable File remembered(Tree tree, String name, Wish wish, long second) {
        Resource resource = cache.get(new FileCache.Key(tree, name));
        if (resource == null || !resource.isBelieved(second, tree.ttlSeconds())) {
            return null;
        }
        Selection selection = wish.of(resource, second);
        byte[] content = selection.form().content();
        return selection.hasContent() && content == null ? null : new Answer.File(selection, content, null);
    }

    /**
     * Asks the disk.
     *
     * @param loop where {@code then} is called, exactly once, unless the loop has ended
     */
    public void fetch(Tree tree, String name, Wish wish, Executor loop, Consumer<Answer> then) {
        run(() -> fetch(new FileCache.Key(tree, name), wish), new Answer.Unavailable(), loop, then);
    }

    /**
     * Makes sure that a part of a file can be sent without waiting for a disk.
     *
     * @param then hears whether the file still has all of it
     */
    public void warm(OpenFile file, long from, long length, Executor loop, Consumer<Boolean> then) {
        Supplier<Boolean> job = () -> {
            try {
                return file.warm(from, length);
            } catch (IOException e) {
                // Or it has been closed meanwhile, and nobody listens.
                return false;
            }
        };
        run(job, false, loop, then);
    }

    private <T> void run(Supplier<T> job, T otherwise, Executor loop, Consumer<T> then) {
        try {
            threads.execute(() -> {
                T result = result(job, otherwise);
                try {
                    loop.execute(() -> then.accept(result));
                } catch (RejectedExecutionException e) {
                    // The loop has ended, and with it whoever asked.
                    if (result instanceof Answer.File file && file.file() != null) {
                        file.file().release();
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            // The server is closed.
            loop.execute(() -> then.accept(otherwise));
        }
    }

    /** Whoever asks must hear something. */
    private static <T> T result(Supplier<T> job, T otherwise) {
        try {
            return job.get();
        } catch (RuntimeException | Error e) {
            LOG.error("a file cannot be served", e);
            return otherwise;
        }
    }

    private Answer fetch(FileCache.Key key, Wish wish) {
        try {
            Answer answer = null;
            for (int i = 1; answer == null; i++) {
                long now = Clock.systemUTC().millis();
                answer = switch (key.tree().find(key.name(), now)) {
                    case Found.File found -> file(key, found.resource(), wish, i == TRIES);
                    case Found.Folder folder -> new Answer.Folder();
                    case Found.Page page -> new Answer.Page(page.html());
                    case Found.Nothing nothing -> new Answer.Nothing();
                };
            }
            if (!(answer instanceof Answer.File)) {
                cache.forget(key);
            }
            return answer;
        } catch (NoSuchFileException | AccessDeniedException e) {
            cache.forget(key);
            return new Answer.Nothing();
        } catch (IOException e) {
            complain(key.tree(), e);
            return new Answer.Unavailable();
        }
    }

    /** Whatever hinders reading, too many open files say, hinders many requests: one line a second. */
    private void complain(Tree tree, IOException fault) {
        long now = System.nanoTime();
        long last = complainedNanos.get();
        if (now - last >= COMPLAIN_NANOS && complainedNanos.compareAndSet(last, now)) {
            // Without the name: it is the client's.
            String reason = fault instanceof FileSystemException said ? said.getReason() : fault.getMessage();
            LOG.warn("directory row {}: a file is there and cannot be read: {}", tree.row(), reason);
        }
    }

    private Answer.@Nullable File file(FileCache.Key key, Resource fresh, Wish wish, boolean anyhow)
            throws IOException {
        Resource resource = cache.seen(key, fresh);
        Selection selection = wish.of(resource, Math.floorDiv(Clock.systemUTC().millis(), 1000L));
        Representation form = selection.form();
        byte[] kept = form.content();
        if (!selection.hasContent() || kept != null) {
            return new Answer.File(selection, kept, null);
        }
        OpenFile file = Tree.open(form, anyhow, threads);
        if (file == null) {
            return null;
        }
        if (form.size() > mostKeptBytes) {
            return new Answer.File(selection, null, file);
        }
        try {
            return small(key, resource, selection, file, anyhow);
        } finally {
            file.release();
        }
    }

    /** The content of a small file, kept where it is surely that of the form; null to look again. */
    private Answer.@Nullable File small(
            FileCache.Key key, Resource resource, Selection selection, OpenFile file, boolean anyhow)
            throws IOException {
        Representation form = selection.form();
        byte[] content = file.read((int) form.size());
        if (content.length == form.size() && Tree.isStill(form)) {
            cache.keep(key, resource, form, content);
        } else if (!anyhow) {
            return null;
        } else if (content.length < form.size()) {
            throw new IOException("it becomes shorter again and again");
        }
        return new Answer.File(selection, content, null);
    }

    /** What is under way is still done; nothing new is taken. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
