package dev.lurcher.broker.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that moves lines from all lanes to the file, many with one write.
 * <p>While there are lines it looks at the lanes every few milliseconds, and at once when many have come; when it has seen none
 * for a while it sleeps until the next line. What could not be written is kept and tried again, so that a full disk costs lines only
 * when the lanes are full as well, and no line is ever cut in two.
 */
final class LogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private static final int BATCH_BYTES = 256 * 1024;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long COMPLAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int QUIET_LOOKS = 20;
    private static final int MOST_ROUNDS = 16;

    private final String target;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final Queue<CompletableFuture<Void>> reopens = new ConcurrentLinkedQueue<>();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closing;

    // What follows belongs to the thread.
    private final ByteBuffer batch = ByteBuffer.allocateDirect(BATCH_BYTES).limit(0);
    private LogFile file;
    private boolean failed;
    private int quietLooks;
    private long complainedNanos = System.nanoTime() - COMPLAIN_NANOS;

    LogWriter(String target) {
        this.target = target;
        this.file = LogFile.open(target, "access log");
        this.thread = new Thread(this, "access-log");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Takes in a further lane. Any thread. */
    void add(Lane lane) {
        lanes.add(lane);
    }

    /** Says that a lane has a new line. The lane's maker; costs a look at a field unless the writer has to be woken. */
    void onLine(Lane lane) {
        if (asleep || lane.callsTaker()) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** As {@link AccessLog#reopen}. */
    CompletionStage<Void> reopen() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        reopens.add(done);
        LockSupport.unpark(thread);
        if (!thread.isAlive()) {
            done.complete(null);
        }
        return done;
    }

    /** Lines that were lost. */
    LongAdder dropped() {
        return dropped;
    }

    /** Writes that failed. */
    LongAdder failures() {
        return failures;
    }

    /** Writes what there is and ends; gives up after a while. */
    void close(long mostMillis) {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(mostMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!closing) {
            int moved = drain();
            reopenAsAsked();
            if (!closing) {
                rest(moved > 0);
            }
        }
        drainLast();
        closeFile();
        for (CompletableFuture<Void> done = reopens.poll(); done != null; done = reopens.poll()) {
            done.complete(null);
        }
    }

    /** Writes what there is; goes on only while there is much, so that many lines go with one write. Returns bytes moved. */
    private int drain() {
        int moved = 0;
        failed = !write();
        for (int round = 0; round < MOST_ROUNDS && !failed; round++) {
            int filled = fill();
            moved += filled;
            failed = !write();
            if (filled < BATCH_BYTES / 2) {
                break;
            }
        }
        return moved;
    }

    /** Writes everything, or counts it as lost. */
    private void drainLast() {
        do {
            if (!write()) {
                while (batch.hasRemaining()) {
                    if (batch.get() == '\n') {
                        dropped.increment();
                    }
                }
            }
        } while (fill() > 0);
    }

    /** Puts lines into the empty batch; how many bytes. */
    private int fill() {
        batch.clear();
        for (Lane lane : lanes) {
            lane.drainTo(batch);
        }
        batch.flip();
        return batch.limit();
    }

    /** Writes the batch; false when the rest of it has to wait. */
    private boolean write() {
        try {
            while (batch.hasRemaining()) {
                file.write(batch);
            }
            return true;
        } catch (IOException e) {
            failures.increment();
            long now = System.nanoTime();
            if (now - complainedNanos >= COMPLAIN_NANOS) {
                complainedNanos = now;
                LOG.warn(
                        "access log {}: {}; {} failed writes, {} lines lost so far",
                        target,
                        e.getMessage(),
                        failures,
                        dropped);
            }
            return false;
        }
    }

    private void reopenAsAsked() {
        for (CompletableFuture<Void> done = reopens.poll(); done != null; done = reopens.poll()) {
            try {
                LogFile next = LogFile.open(target, "access log");
                skipBegunLine();
                closeFile();
                file = next;
                done.complete(null);
            } catch (TelemetryException e) {
                LOG.warn("{}; the old file stays in use", e.getMessage());
                done.completeExceptionally(e);
            }
        }
    }

    /** The end of a line whose beginning is in the old file is of no use in the new one. */
    private void skipBegunLine() {
        if (batch.hasRemaining() && batch.position() > 0 && batch.get(batch.position() - 1) != '\n') {
            int at = batch.position();
            while (batch.get(at) != '\n') {
                at++;
            }
            batch.position(at + 1);
            dropped.increment();
        }
    }

    private void rest(boolean moved) {
        if (failed) {
            LockSupport.parkNanos(this, RETRY_NANOS);
            return;
        }
        quietLooks = moved ? 0 : quietLooks + 1;
        if (quietLooks < QUIET_LOOKS) {
            LockSupport.parkNanos(this, LOOK_NANOS);
            return;
        }
        asleep = true;
        // A line offered before that was set is seen here; one offered after it wakes this thread.
        if (!closing && reopens.isEmpty() && lanes.stream().allMatch(Lane::isEmpty)) {
            LockSupport.park(this);
        }
        asleep = false;
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException e) {
            failures.increment();
            LOG.warn("access log {}: {}", target, e.getMessage());
        }
    }
}
