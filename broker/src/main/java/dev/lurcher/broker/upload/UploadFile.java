package dev.lurcher.broker.upload;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The content of one request on its way into a file.
 * <pre>
 *   OPENING --onOpened--> WRITING --finish--> KEPT, onKept
 *      |                     |                  |
 *      +---------------------+--fault-----------+--> onFailed
 *      +---------------------+--discard---------+--> nothing
 * </pre>
 * What is asked of it waits in a queue; a thread of the store's works that off, one step after the other.
 * <p>Thread: {@code write}, {@code finish} and {@code discard} on the owner's event loop; none of them waits.
 */
public final class UploadFile {
    /** From so much on that waits for the disk, the client is to be held. */
    static final int HOLD_BYTES = 128 * 1024;

    private static final int RESUME_BYTES = HOLD_BYTES / 2;

    /** So much is written before another upload has its turn. */
    private static final int TURN_BYTES = 1 << 20;

    private final UploadStore store;
    private final EventExecutor loop;
    private final UploadOwner owner;

    private final Queue<Step> steps = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean atWork = new AtomicBoolean();
    private final AtomicInteger waitingBytes = new AtomicInteger();
    private final AtomicBoolean held = new AtomicBoolean();

    /** Whether its owner wants to hear nothing more. Of the owner's loop. */
    private boolean discarded;

    // What follows belongs to the thread that works the steps off.

    private @Nullable FileChannel channel;
    private String own = "";
    private int slot;
    private long takenBytes;
    private boolean over;
    private boolean kept;

    /** What is to be done next. */
    private sealed interface Step {
        record Open(long announcedBytes) implements Step {}

        record Write(ByteBuf bytes) implements Step {}

        record Finish() implements Step {}

        record Discard() implements Step {}
    }

    UploadFile(UploadStore store, EventExecutor loop, UploadOwner owner) {
        this.store = store;
        this.loop = loop;
        this.owner = owner;
    }

    void open(long announcedBytes) {
        ask(new Step.Open(announcedBytes));
    }

    /**
     * Adds content, which passes into the file's ownership.
     *
     * @return whether there is room for more; if not, {@link UploadOwner#onRoom} says when there is
     */
    public boolean write(ByteBuf bytes) {
        int waiting = waitingBytes.addAndGet(bytes.readableBytes());
        ask(new Step.Write(bytes));
        if (waiting < HOLD_BYTES) {
            return true;
        }
        held.set(true);
        // The thread may have been done with it before it could see that.
        return waitingBytes.get() <= RESUME_BYTES && held.compareAndSet(true, false);
    }

    /** No content follows. */
    public void finish() {
        ask(new Step.Finish());
    }

    /** The content is not wanted any more: deletes the file, complete or not. Not once a worker was told that it is complete. */
    public void discard() {
        discarded = true;
        ask(new Step.Discard());
    }

    private void ask(Step step) {
        steps.add(step);
        schedule();
    }

    private void schedule() {
        if (atWork.compareAndSet(false, true)) {
            try {
                store.threads().execute(this::work);
            } catch (RejectedExecutionException e) {
                // The store is closed: what is left of the file is the next broker's to delete.
                drop();
            }
        }
    }

    private void drop() {
        for (Step step = steps.poll(); step != null; step = steps.poll()) {
            if (step instanceof Step.Write write) {
                write.bytes().release();
            }
        }
        atWork.set(false);
    }

    // ---- on a thread of the store's

    private void work() {
        long turn = TURN_BYTES;
        Step step = steps.poll();
        while (step != null) {
            turn -= perform(step);
            step = turn > 0 ? steps.poll() : null;
        }
        atWork.set(false);
        if (!steps.isEmpty()) {
            schedule();
        }
    }

    /** Does one thing; returns how many bytes that wrote. */
    private int perform(Step step) {
        try {
            switch (step) {
                case Step.Open open -> doOpen(open.announcedBytes());
                case Step.Write write -> {
                    return doWrite(write.bytes());
                }
                case Step.Finish finish -> doFinish();
                case Step.Discard discard -> delete();
            }
        } catch (IOException e) {
            fail(store.fault(e));
        }
        return 0;
    }

    private void doOpen(long announcedBytes) throws IOException {
        if (!store.hasRoom(announcedBytes)) {
            over = true;
            tell(hearer -> hearer.onFailed(UploadFault.BOUND));
            return;
        }
        UploadStore.Opened opened = store.create();
        channel = opened.channel();
        own = opened.own();
        slot = opened.slot();
        String path = store.place().shown() + own;
        tell(hearer -> hearer.onOpened(path));
    }

    private int doWrite(ByteBuf bytes) throws IOException {
        int length = bytes.readableBytes();
        try {
            if (over || channel == null) {
                return 0;
            }
            if (!store.take(length)) {
                fail(UploadFault.BOUND);
                return 0;
            }
            takenBytes += length;
            while (bytes.isReadable()) {
                bytes.readBytes(channel, bytes.readableBytes());
            }
            return length;
        } finally {
            bytes.release();
            if (waitingBytes.addAndGet(-length) <= RESUME_BYTES && held.compareAndSet(true, false)) {
                tell(UploadOwner::onRoom);
            }
        }
    }

    private void doFinish() throws IOException {
        FileChannel open = channel;
        if (over || open == null) {
            return;
        }
        open.close();
        channel = null;
        over = true;
        kept = true;
        store.kept(own, slot, takenBytes);
        tell(UploadOwner::onKept);
    }

    private void fail(UploadFault why) {
        if (!over || kept) {
            delete();
            tell(hearer -> hearer.onFailed(why));
        }
    }

    private void delete() {
        FileChannel open = channel;
        channel = null;
        over = true;
        if (open != null) {
            store.delete(own, slot, open);
            store.giveBack(takenBytes);
        } else if (kept) {
            kept = false;
            store.deleteKept(own, takenBytes);
        }
    }

    private void tell(Consumer<UploadOwner> word) {
        loop.execute(() -> {
            if (!discarded) {
                word.accept(owner);
            }
        });
    }

    /** Whether these may be the six letters and digits of a file. */
    static boolean isOwn(String letters) {
        return letters.length() == UploadPlace.OWN_LETTERS
                && letters.chars().allMatch(c -> UploadStore.LETTERS.indexOf(c) >= 0);
    }
}
