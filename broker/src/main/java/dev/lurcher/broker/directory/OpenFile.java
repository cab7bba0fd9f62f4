package dev.lurcher.broker.directory;

import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that is open for one answer. It is closed once nobody uses it: neither its owner nor a channel that has parts of it.
 * Closed earlier, its number could become that of another file, and that be sent.
 * <p>Thread: {@link #read} and {@link #warm} block; the rest any.
 */
public final class OpenFile {
    private static final int STEP_BYTES = 256 * 1024;

    /** What {@link #warm} reads into; what it reads nobody looks at. */
    private static final FastThreadLocal<ByteBuffer> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected ByteBuffer initialValue() {
            return ByteBuffer.allocateDirect(STEP_BYTES);
        }
    };

    private final FileChannel channel;
    private final Executor closer;
    private final AtomicInteger users = new AtomicInteger(1);

    /**
     * Takes over a channel, with one user.
     *
     * @param closer runs what closes it
     */
    OpenFile(FileChannel channel, Executor closer) {
        this.channel = channel;
        this.closer = closer;
    }

    /** One user less; the last one closes. */
    public void release() {
        if (users.decrementAndGet() == 0) {
            try {
                closer.execute(this::close);
            } catch (RejectedExecutionException e) {
                close();
            }
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All bytes of a small file; fewer when it has become shorter. */
    byte[] read(int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            // Until it is full.
        }
        return bytes.hasRemaining() ? Arrays.copyOf(bytes.array(), bytes.position()) : bytes.array();
    }

    /**
     * Brings a part into the system's cache, so that sending it waits for no disk.
     *
     * @return false when the file has no longer all of it
     */
    boolean warm(long from, long length) throws IOException {
        ByteBuffer scratch = SCRATCH.get();
        long end = from + length;
        for (long at = from; at < end; ) {
            scratch.clear().limit((int) Math.min(STEP_BYTES, end - at));
            int read = channel.read(scratch, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }

    /** Some bytes for a channel, which releases them. */
    public FileRegion part(long from, long length) {
        users.incrementAndGet();
        return new Part(from, length);
    }

    /** A subclass of what Netty's native transport hands to sendfile; the file is not its own. */
    private final class Part extends DefaultFileRegion {
        Part(long from, long length) {
            super(channel, from, length);
        }

        @Override
        protected void deallocate() {
            OpenFile.this.release();
        }
    }
}
