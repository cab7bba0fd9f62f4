package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events on their way to one client (the HTML standard, 9.2). Any thread may send; sending waits while the client is
 * behind. While nothing is sent there is a heartbeat, a comment, each {@value #HEARTBEAT_SECONDS} seconds: nobody between here and the
 * client takes it for dead, and it is noticed when the client has gone.
 *
 * <p>A client that comes again says which event was its last: field {@code Last-Event-ID} of its request.
 */
public final class EventStream {
    static final int HEARTBEAT_SECONDS = 15;
    private static final byte[] HEARTBEAT = {':', '\n', '\n'};

    private final ReentrantLock lock = new ReentrantLock();
    private final BodyStream body;
    private final Duration heartbeat;
    private boolean ended;
    private long sentAtNanos = System.nanoTime();

    /** @param heartbeat how long it may be silent */
    EventStream(BodyStream body, Duration heartbeat) {
        this.body = body;
        this.heartbeat = heartbeat;
    }

    /**
     * Sends an event without id and type.
     *
     * @param data may have several lines
     * @throws IOException if nobody is left to send to
     */
    public void send(String data) throws IOException {
        send(null, null, data);
    }

    /**
     * Sends an event.
     *
     * @param id what the client is to call its last event; null to leave it as it is
     * @param type what a page listens to; null for {@code message}
     * @param data may have several lines
     * @throws IllegalArgumentException if id or type has more than one line, or the id a NUL
     * @throws IOException if nobody is left to send to
     */
    public void send(@Nullable String id, @Nullable String type, String data) throws IOException {
        StringBuilder event = new StringBuilder(data.length() + 16);
        line(event, "id: ", id);
        line(event, "event: ", type);
        // Each of the three ends a line.
        for (String line : data.split("\r\n|\r|\n", -1)) {
            event.append("data: ").append(line).append('\n');
        }
        write(event.append('\n').toString().getBytes(UTF_8));
    }

    /**
     * Tells the client how long to wait before it comes again.
     *
     * @throws IOException if nobody is left to send to
     */
    public void retry(Duration pause) throws IOException {
        write(("retry: " + pause.toMillis() + "\n\n").getBytes(UTF_8));
    }

    /** Whether the client is there and the worker is not about to stop. */
    public boolean isOpen() {
        return body.pace().isOpen();
    }

    /**
     * Waits until it is not {@link #isOpen} any more: for writers whose events come from other threads.
     *
     * @throws InterruptedException if this thread is asked to end
     */
    public void awaitEnd() throws InterruptedException {
        body.pace().awaitEnd();
    }

    /** Sends a heartbeat if it is time, and nobody would have to wait for it. */
    void beat() throws IOException {
        if (!lock.tryLock()) {
            return;
        }
        try {
            boolean due = System.nanoTime() - sentAtNanos >= heartbeat.toNanos();
            if (due && !ended && body.pace().hasRoom()) {
                write(HEARTBEAT);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends the head, so that the client knows that it is connected. */
    void open() throws IOException {
        write(new byte[0]);
    }

    /** Nothing more can be sent. */
    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    private void write(byte[] bytes) throws IOException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted before an event was sent");
        }
        try {
            if (ended) {
                throw new IOException("the stream of events has ended");
            }
            body.write(bytes);
            body.flush();
            sentAtNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    private static void line(StringBuilder event, String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("\"" + FieldLine.printable(value) + "\" has more than one line");
        }
        event.append(name).append(value).append('\n');
    }
}
