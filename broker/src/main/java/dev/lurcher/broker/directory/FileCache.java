package dev.lurcher.broker.directory;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files that were asked for, with the contents of small ones: bounded by bytes; when it is full, that file leaves which came
 * first among those that nobody has asked for since it was last their turn (second chance).
 * <p>Thread: any; {@link #get} does not wait, the others take a lock for a moment.
 */
final class FileCache {
    private final ConcurrentHashMap<Key, Resource> known = new ConcurrentHashMap<>();
    private final Queue<Key> turns = new ArrayDeque<>();
    private final long mostBytes;
    private long bytes;

    /** Where a file is found: names mean something in their folder only. */
    record Key(Tree tree, String name) {}

    /** @param mostBytes 0 keeps nothing */
    FileCache(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** What is known, however old; or null. */
    @Nullable
    Resource get(Key key) {
        Resource found = known.get(key);
        if (found != null) {
            found.use();
        }
        return found;
    }

    /** Takes what was just seen; gives back what from now on stands for it: the same, or what it only confirms. */
    synchronized Resource seen(Key key, Resource fresh) {
        Resource old = known.get(key);
        if (old != null && old.isStill(fresh)) {
            old.seenAgain(fresh);
            return old;
        }
        if (old != null) {
            bytes -= old.weight();
        } else {
            turns.add(key);
        }
        known.put(key, fresh);
        bytes += fresh.weight();
        makeRoom();
        return fresh;
    }

    /** Keeps the content of a file, if the file itself is kept still. */
    synchronized void keep(Key key, Resource resource, Representation form, byte[] content) {
        if (known.get(key) == resource && form.content() == null) {
            form.keep(content);
            bytes += content.length;
            makeRoom();
        }
    }

    /** The file is not there any more, or may not be shown. */
    synchronized void forget(Key key) {
        Resource old = known.remove(key);
        if (old != null) {
            turns.remove(key);
            bytes -= old.weight();
        }
    }

    /** Nothing is asked for in these folders any more. */
    synchronized void forget(Set<Tree> gone) {
        List<Key> keys = turns.stream().filter(key -> gone.contains(key.tree())).toList();
        keys.forEach(this::forget);
    }

    private void makeRoom() {
        while (bytes > mostBytes) {
            Key key = turns.remove();
            Resource resource = known.get(key);
            if (resource != null && resource.wasUsed()) {
                turns.add(key);
            } else if (resource != null) {
                known.remove(key);
                bytes -= resource.weight();
            }
        }
    }

    synchronized long bytes() {
        return bytes;
    }

    int size() {
        return known.size();
    }
}
