package dev.lurcher.broker.directory;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One directory target: a folder, and what may be seen of it. Immutable.
 * <p>Thread: {@link #name} any; {@link #find} and {@link #open} ask the file system and block.
 */
public final class Tree {
    private final Path folder;
    private final Target.Directory target;
    private final MediaTypes types;
    private final String cacheFields;

    /** @param folder where the target's base is, with whatever stands before it */
    Tree(Path folder, Target.Directory target, MediaTypes types) {
        this.folder = folder;
        this.target = target;
        this.types = types;
        Duration expires = policy().expires();
        cacheFields = expires == null
                ? ""
                : expires.isZero()
                        ? "Cache-Control: no-cache\r\n"
                        : "Cache-Control: max-age=" + expires.toSeconds() + "\r\n";
    }

    /** The folder of a target of a server, by itself: for questions, not for serving. */
    public static Tree of(Server server, Target.Directory target) {
        return new Tree(server.folder(target.base()), target, new MediaTypes(Map.of()));
    }

    /** Whether another one shows the same files in the same way, whatever the row of its target. */
    boolean isSame(Tree other) {
        return folder.equals(other.folder) && types.equals(other.types) && target.equals(other.target.at(target.row()));
    }

    private DirectoryPolicy policy() {
        return target.policy();
    }

    /** The id of its row in table {@code directory}. */
    long row() {
        return target.row();
    }

    long ttlSeconds() {
        return target.cacheTtlSeconds();
    }

    /** How long answers may be used without asking again, in seconds; 0 where nothing is said of it. */
    long expiresSeconds() {
        Duration expires = policy().expires();
        return expires == null ? 0 : expires.toSeconds();
    }

    /**
     * What the path of a request names, without a look at the disk.
     *
     * @param path as the client sent it, bytes as chars 0..255
     * @param pattern the path of its route; the prefix ends at the first {@code (}
     * @return null where there can be no such file
     */
    public @Nullable String name(String path, String pattern) {
        int parenthesis = pattern.indexOf('(');
        return FileNames.of(path, parenthesis < 0 ? pattern : pattern.substring(0, parenthesis), policy().dotFiles());
    }

    /** What lies under a name. */
    sealed interface Found {
        /** A file, as it is now. */
        record File(Resource resource) implements Found {}

        /** A folder, whose name lacks the slash at its end. */
        record Folder() implements Found {}

        /** A folder without an index file, and its contents as HTML. */
        record Page(String html) implements Found {}

        /** Nothing that may be shown. */
        record Nothing() implements Found {}
    }

    /**
     * Looks a name up; blocks.
     *
     * @param nowMillis since 1970
     */
    Found find(String name, long nowMillis) {
        try {
            Path base = folder.toRealPath();
            return isFolder(name) ? inFolder(base, name, nowMillis) : atPath(base, name, nowMillis);
        } catch (IOException | InvalidPathException e) {
            // Not there, not readable, a loop of links, a name that is too long or that this system cannot have: all
            // one.
            return new Found.Nothing();
        }
    }

    /**
     * What becomes of a request, for people; blocks.
     *
     * @param path and pattern as for {@link #name}
     */
    public String explain(String path, String pattern) {
        String name = name(path, pattern);
        if (name == null) {
            return "no file that may be served has such a name: the answer is 404";
        }
        return switch (find(name, 0)) {
            case Found.File file ->
                "the file is " + file.resource().plain().state().path();
            case Found.Folder shown -> "it is a folder: the client is sent to the path with a slash at its end";
            case Found.Page page -> "the folder has no " + target.indexFile() + " and is shown as a list";
            case Found.Nothing nothing ->
                "nothing that may be served is at " + folder.resolve(name) + ": the answer is 404";
        };
    }

    private static boolean isFolder(String name) {
        return name.isEmpty() || name.endsWith("/");
    }

    private Found atPath(Path base, String name, long nowMillis) throws IOException {
        Path wanted = base.resolve(name);
        FileState state = stateWithin(base, wanted);
        if (state == null) {
            return new Found.Nothing();
        }
        return switch (state.kind()) {
            case FILE -> new Found.File(resource(base, wanted, state, nowMillis));
            case FOLDER -> new Found.Folder();
            case OTHER -> new Found.Nothing();
        };
    }

    private Found inFolder(Path base, String name, long nowMillis) throws IOException {
        Path wanted = base.resolve(name + target.indexFile());
        if (!target.indexFile().isEmpty() && Files.isRegularFile(wanted)) {
            FileState state = stateWithin(base, wanted);
            return state == null || !state.isFile()
                    ? new Found.Nothing()
                    : new Found.File(resource(base, wanted, state, nowMillis));
        }
        Path shown = base.resolve(name);
        FileState state = policy().listing() ? stateWithin(base, shown) : null;
        return state == null || state.kind() != FileState.Kind.FOLDER
                ? new Found.Nothing()
                : new Found.Page(new Listing(base, policy().dotFiles()).of(state.path(), name));
    }

    /** The state of what a path leads to, links followed; null where that is outside the folder. */
    private static @Nullable FileState stateWithin(Path base, Path wanted) throws IOException {
        Path real = wanted.toRealPath();
        return real.startsWith(base) ? FileState.of(real) : null;
    }

    private Resource resource(Path base, Path wanted, FileState state, long nowMillis) {
        String type = types.of(String.valueOf(wanted.getFileName()), target.defaultType());
        List<FileState> siblings = new ArrayList<>();
        List<Coding> codings = new ArrayList<>();
        if (policy().precompressed()) {
            for (Coding coding : Coding.values()) {
                FileState sibling = sibling(base, wanted, coding, state);
                if (sibling != null) {
                    siblings.add(sibling);
                    codings.add(coding);
                }
            }
        }
        String fields = cacheFields + (siblings.isEmpty() ? "" : "Vary: Accept-Encoding\r\n");
        List<Representation> encoded = new ArrayList<>();
        for (int i = 0; i < siblings.size(); i++) {
            encoded.add(new Representation(siblings.get(i), codings.get(i), type, fields));
        }
        return new Resource(new Representation(state, null, type, fields), encoded, nowMillis);
    }

    /** The same file encoded, where it lies beside it and is not older: else it is of an earlier one. */
    private static @Nullable FileState sibling(Path base, Path wanted, Coding coding, FileState plain) {
        Path beside = wanted.resolveSibling(wanted.getFileName() + coding.extension());
        if (!Files.isRegularFile(beside)) {
            return null;
        }
        try {
            FileState state = stateWithin(base, beside);
            return state != null && state.isFile() && state.modifiedNanos() >= plain.modifiedNanos() ? state : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Opens the file of a form; blocks.
     *
     * @param anyhow whether it may have changed
     * @param closer runs what closes it
     * @return null when it has
     */
    static @Nullable OpenFile open(Representation form, boolean anyhow, Executor closer) throws IOException {
        Path path = form.state().path();
        OpenFile file = new OpenFile(
                FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)), closer);
        boolean taken = false;
        try {
            taken = anyhow || isStill(form);
            return taken ? file : null;
        } finally {
            if (!taken) {
                file.release();
            }
        }
    }

    /** Whether the file of a form is what it was; blocks. */
    static boolean isStill(Representation form) throws IOException {
        return FileState.of(form.state().path()).equals(form.state());
    }
}
