/**
 * Contents of requests that are too large for one message, kept in files until a worker takes them.
 * <p>In: content as it comes from a client. Out: files in the folder of {@code upload.temp_store}.
 * <p>Thread: asked by event loops, which never wait; files are opened, written and deleted by threads of this package.
 * <p>Full or broken: the upload fails with a reason, and what there is of its file is deleted.
 */
@NullMarked
package dev.lurcher.broker.upload;

import org.jspecify.annotations.NullMarked;
