package dev.lurcher.worker;

import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.worker.WorkerException.Code;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A worker: takes requests of one or several brokers and answers them.
 *
 * <pre>{@code
 * Endpoints endpoints = new Endpoints("tcp://127.0.0.1:9997", "tcp://127.0.0.1:9996", "hello");
 * try (Worker worker = Worker.builder().brokers(endpoints).build()) {
 *     worker.serve(request -> Response.text("Hello " + request.remoteAddress()));
 * }
 * }</pre>
 *
 * <p>Thread: the first thread that calls {@link #serve} or {@link #receive} owns the sockets from then on; only it may call
 * these two again. All else may be called by any thread.
 *
 * <p>Replies are never dropped for want of room: while the broker reads slowly they wait in memory.
 */
public final class Worker implements AutoCloseable {
    private static final int LINGER_MILLIS = 1000;

    private final WorkerSettings settings;
    private final Outbox outbox = new Outbox();
    private final Crew crew;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Thread owner;
    /** Used by the owner only. */
    private @Nullable Links links;

    Worker(WorkerSettings settings) {
        this.settings = settings;
        Threads threads = settings.threads();
        crew = new Crew(new Streams(threads.streams()), new Turns(threads), settings.listener());
    }

    /** Where a worker begins. */
    public static WorkerBuilder builder() {
        return new WorkerBuilder();
    }

    /**
     * Answers requests until {@link #stop} is called, the process is asked to end (Ctrl-C, TERM), or all brokers have drained
     * this worker. Then the brokers are asked to send nothing new, requests that have come are finished, the sockets closed,
     * and this returns; nothing is lost by it, and it takes as long as the longest answer, at most the time to stop. Mongrel2
     * cannot be asked: what it sends just then is lost.
     *
     * @throws WorkerException WRONG_THREAD or CLOSED
     */
    public void serve(Responder responder) {
        Links owned = own();
        Thread hook = new Thread(this::stopAndWait, "worker-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            new Serving(owned, outbox, settings, crew, responder).run(LINGER_MILLIS);
        } finally {
            close();
            removeHook(hook);
        }
    }

    /**
     * Takes one message: a request or a notice that a client is gone. After {@link #stop}, and when all brokers have drained
     * this worker, those that are left, and then null at once.
     *
     * @param wait how long to wait for it
     * @return null if none has come in time, or none will come any more
     * @throws WorkerException WRONG_THREAD or CLOSED
     */
    public @Nullable Request receive(Duration wait) {
        Links owned = own();
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            if (outbox.isStopped()) {
                owned.drain();
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            Request request = owned.next(() -> true, (int) Math.max(0, Math.min(left, 1000)));
            if (request != null || left <= 0) {
                return request;
            }
            if (owned.areDrained()) {
                stop();
                return null;
            }
        }
    }

    /**
     * Sends the same bytes, as they are, to many clients: one message for each 128 of one broker. No bytes, no message.
     *
     * @throws IndexOutOfBoundsException if a client's broker is none of this worker's
     * @throws WorkerException CLOSED
     */
    public void send(Collection<Client> clients, byte[] bytes) {
        if (bytes.length > 0) {
            forEach(clients, (sender, ids) -> ReplyWriter.reply(sender, ids, bytes));
        }
    }

    /** Closes the connections of many clients once they have got what was sent before. Exceptions as in {@link #send}. */
    public void close(Collection<Client> clients) {
        forEach(clients, ReplyWriter::close);
    }

    /** Asks {@link #serve} or {@link #receive} to finish and return soon. */
    public void stop() {
        outbox.stop();
    }

    /** Whether {@link #stop} was called, by whomever, or the brokers drained this worker: a writer without an end should end. */
    public boolean isStopped() {
        return outbox.isStopped();
    }

    /**
     * Closes the sockets; replies that are still on their way have a second to get there. Called by another thread than the
     * owner it stops the worker and waits for the owner to close it, at most the time to stop and a little more.
     */
    @Override
    public void close() {
        if (!claim()) {
            stopAndWait();
            return;
        }
        outbox.stop();
        if (ended.getCount() == 0) {
            return;
        }
        Links open = links;
        links = null;
        if (open != null) {
            open.close(LINGER_MILLIS);
        }
        crew.streams().close();
        crew.turns().close();
        outbox.close();
        ended.countDown();
    }

    private void forEach(Collection<Client> clients, BiFunction<String, long[], byte[]> frame) {
        Map<Address, List<Long>> groups = new LinkedHashMap<>();
        for (Client client : clients) {
            Address address = new Address(client.broker(), client.sender());
            groups.computeIfAbsent(address, key -> new ArrayList<>()).add(client.connectionId());
        }
        groups.forEach((address, all) -> {
            for (int from = 0; from < all.size(); from += ReplyWriter.MOST_TARGETS) {
                List<Long> chunk = all.subList(from, Math.min(all.size(), from + ReplyWriter.MOST_TARGETS));
                long[] ids = chunk.stream().mapToLong(Long::longValue).toArray();
                send(address.broker(), frame.apply(address.sender(), ids));
            }
        });
    }

    private record Address(int broker, String sender) {}

    private void send(int broker, byte[] frame) {
        if (ended.getCount() == 0) {
            throw new WorkerException(Code.CLOSED, "the worker is closed");
        }
        Objects.checkIndex(broker, settings.brokers().size());
        Links owned = Thread.currentThread().equals(owner) ? links : null;
        if (owned != null) {
            // What other threads have sent before goes first: it may be the beginning of the same answer.
            outbox.empty(owned::send);
            owned.send(broker, frame);
        } else {
            outbox.put(broker, frame);
        }
    }

    private Links own() {
        if (!claim()) {
            throw new WorkerException(
                    Code.WRONG_THREAD,
                    "thread " + owner + " owns this worker's sockets; only it may serve and receive");
        }
        if (ended.getCount() == 0) {
            throw new WorkerException(Code.CLOSED, "the worker is closed");
        }
        if (links == null) {
            links = new Links(settings, outbox, this::send, crew);
        }
        return links;
    }

    /** Makes this thread the owner if there is none; tells whether it is. */
    private synchronized boolean claim() {
        if (owner == null) {
            owner = Thread.currentThread();
        }
        return Thread.currentThread().equals(owner);
    }

    private void stopAndWait() {
        stop();
        try {
            ended.await(settings.stopTime().toMillis() + 2L * LINGER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is what stopped the worker.
        }
    }
}
