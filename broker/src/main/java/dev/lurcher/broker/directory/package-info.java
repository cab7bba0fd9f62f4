/**
 * Files below a folder: which file a path names, what is sent of it, and its bytes from memory or from disk.
 * <p>In: a {@link dev.lurcher.protocol.RequestHead} and a {@link dev.lurcher.broker.config.Target.Directory}. Out: heads of
 * answers, contents, and parts of open files; nothing from outside the folder, whatever the path.
 * <p>Thread: what touches a disk runs on the few threads of {@link dev.lurcher.broker.directory.Directories}; the rest on the
 * event loop of the client.
 * <p>Full or broken: memory is bounded and the oldest unused file leaves it; a file that cannot be read is a missing one.
 */
@NullMarked
package dev.lurcher.broker.directory;

import org.jspecify.annotations.NullMarked;
