package dev.lurcher.broker.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What can be told about a file without reading it; when two states are equal, its content is taken to be the same.
 *
 * @param path the real path, without links
 * @param kind of what lies there
 * @param size in bytes
 * @param modifiedNanos when its content was last written, since 1970
 * @param changedNanos when it was last changed in any way, since 1970: nobody can set that back
 * @param identity device and number of the file
 */
record FileState(Path path, Kind kind, long size, long modifiedNanos, long changedNanos, String identity) {
    private static final String ATTRIBUTES = "unix:size,lastModifiedTime,ctime,dev,ino,isRegularFile,isDirectory";

    /** Clocks of file systems are coarse: two changes within this time may look like one. */
    private static final long COARSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What may lie at a path. */
    enum Kind {
        FILE,
        FOLDER,
        /** A device, a pipe, a socket: nothing to send, and opening it might wait for ever. */
        OTHER
    }

    /** Asks the file system; blocks. */
    static FileState of(Path real) throws IOException {
        Map<String, Object> found = Files.readAttributes(real, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        Kind kind = Boolean.TRUE.equals(found.get("isRegularFile"))
                ? Kind.FILE
                : Boolean.TRUE.equals(found.get("isDirectory")) ? Kind.FOLDER : Kind.OTHER;
        return new FileState(
                real,
                kind,
                Objects.requireNonNull((Long) found.get("size")),
                nanos(found.get("lastModifiedTime")),
                nanos(found.get("ctime")),
                found.get("dev") + ":" + found.get("ino"));
    }

    private static long nanos(@Nullable Object time) {
        return time instanceof FileTime known ? known.to(TimeUnit.NANOSECONDS) : 0;
    }

    boolean isFile() {
        return kind == Kind.FILE;
    }

    /** When its content was last written, in seconds since 1970, as {@code Last-Modified} says it. */
    long modifiedSecond() {
        return Math.floorDiv(modifiedNanos, TimeUnit.SECONDS.toNanos(1));
    }

    /**
     * Whether a later change would show.
     *
     * @param nowMillis since 1970, not later than the state was asked for
     */
    boolean isSettled(long nowMillis) {
        return TimeUnit.MILLISECONDS.toNanos(nowMillis) - Math.max(modifiedNanos, changedNanos) > COARSE_NANOS;
    }
}
