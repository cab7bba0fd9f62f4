package dev.lurcher.broker.dispatch;

import dev.lurcher.broker.zmtp.Peer;
import dev.lurcher.broker.zmtp.SocketType;
import dev.lurcher.protocol.RequestHead;
import dev.lurcher.protocol.UploadPart;
import dev.lurcher.protocol.WorkerControl.Hello;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One connected process that takes requests of one handler, as far as the pool needs to know it.
 * <p>Thread: what it holds is guarded by the pool's lock; sending happens on the peer's event loop.
 */
public final class Worker {
    /** From this size on, content is handed to the socket as a buffer of its own instead of being copied into the batch. */
    private static final int LARGE_CONTENT_BYTES = 8 * 1024;

    private static final byte[] END_OF_STRING = {','};

    /** For operators, who must be able to name each: names are the workers' own, and may be alike. */
    private static final AtomicLong NUMBERS = new AtomicLong();

    final HandlerPool pool;
    final Peer peer;
    private final LoopContext context;
    private final String name;
    private final Hello hello;
    private final long number = NUMBERS.incrementAndGet();
    private final long joinedNanos = System.nanoTime();

    Prefetch prefetch;
    private int prefetchSetting;

    /** What it has and has not answered to the end, in the order in which it got it. */
    final ExchangeList held = new ExchangeList();

    /** Messages for this worker and no other, until it can be written to. */
    final ExchangeList waiting = new ExchangeList();

    /** Exchanges whose answer has not begun. */
    int unanswered;

    /** Exchanges that were given up after their timeout and of which nothing has been heard. */
    int overdue;

    /** Answers begun so far. */
    long answered;

    /** Whether it gets nothing new. */
    boolean draining;

    private long overdueSince;

    /** Whether no request is to be written any more. Of the peer's loop. */
    private boolean closed;

    /** To be called when the peer takes bytes again. Of the peer's loop. */
    private final Queue<Runnable> wantRoom = new ArrayDeque<>();

    /** @param hello what the worker says of itself; a classic one says nothing */
    Worker(HandlerPool pool, Peer peer, LoopContext context, Hello hello) {
        this.pool = pool;
        this.peer = peer;
        this.context = context;
        this.hello = hello;
        this.name = hello.name().isEmpty() ? peer.remoteAddress() : hello.name();
        this.prefetchSetting = pool.limits().prefetch();
        this.prefetch = new Prefetch(prefetchSetting, hello.capacity());
    }

    /** Takes another value of the handler's {@code prefetch}; with the same one, what was measured stays. */
    void adopt(int setting) {
        if (setting != prefetchSetting) {
            prefetchSetting = setting;
            prefetch = new Prefetch(setting, hello.capacity());
        }
    }

    /** Whether requests and replies share its one connection, so that no reply can be on its way once that has ended. */
    public boolean isManaged() {
        return peer.type() == SocketType.DEALER;
    }

    LoopContext context() {
        return context;
    }

    /** For logs, and for those who choose workers: what it calls itself, or its address. Any thread. */
    public String name() {
        return name;
    }

    /** What it says of itself. Any thread. */
    public Hello hello() {
        return hello;
    }

    /**
     * Whether it may be given one more. A worker that let requests time out keeps those places, so that it does not draw the
     * traffic of its healthy neighbours; after another {@code timeoutNanos} it is tried again with a single request.
     */
    boolean hasRoom(long timeoutNanos, long now) {
        if (draining || !peer.isWritable()) {
            return false;
        }
        return unanswered + overdue < prefetch.limit() || (unanswered == 0 && now - overdueSince > timeoutNanos);
    }

    /** Whether a message for it and no other needs not wait. */
    boolean takesAtOnce() {
        return waiting.isEmpty() && peer.isWritable();
    }

    /** What it holds, for the choice among workers. */
    int load() {
        return unanswered + overdue;
    }

    void hold(Exchange exchange, long now) {
        unanswered++;
        held.addLast(exchange);
        exchange.worker = this;
        exchange.state = Exchange.State.HELD;
        exchange.heldNanos = now;
    }

    /** It has a message, which is over thereby. */
    void take(Exchange message, long now) {
        message.worker = this;
        message.state = Exchange.State.ENDED;
        message.heldNanos = now;
    }

    /** The answer of one that it holds has begun. */
    void answers(Exchange exchange, boolean pressed, long now) {
        unanswered--;
        answered++;
        overdue = 0;
        prefetch.onAnswer(exchange.heldNanos, exchange.previous == null, pressed, now);
    }

    void timedOut(long now) {
        unanswered--;
        overdue++;
        overdueSince = now;
    }

    /** Something came back from it: what it let time out is forgiven. */
    void heardFrom() {
        overdue = 0;
    }

    PoolFigures.OfWorker figures() {
        return new PoolFigures.OfWorker(
                number,
                name,
                peer.remoteAddress(),
                hello,
                isManaged(),
                held.size(),
                unanswered,
                overdue,
                prefetch.limit(),
                answered,
                draining,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - joinedNanos));
    }

    /** Sends one request from whatever thread. */
    void send(Exchange exchange) {
        if (peer.loop().inEventLoop()) {
            write(exchange);
        } else {
            peer.loop().execute(() -> write(exchange));
        }
    }

    private void write(Exchange exchange) {
        if (closed) {
            // A request has been taken back.
            if (exchange.isMessage) {
                pool.bounced(exchange);
            }
            return;
        }
        exchange.isSent = true;
        var writer = context.requestWriter();
        byte[] content = exchange.content;
        writer.request(pool.format(), pool.sender(), exchange.connectionId, exchange.head, content.length);
        if (content.length < LARGE_CONTENT_BYTES) {
            if (content.length > 0) {
                writer.append(ByteBuffer.wrap(content));
            }
            writer.close();
            peer.send(writer.array(), writer.start(), writer.end());
        } else {
            peer.send(writer.array(), writer.start(), writer.end(), Unpooled.wrappedBuffer(content), END_OF_STRING);
        }
        writeCompletion(exchange);
    }

    /** As {@link Exchange#complete}. */
    void sendCompletion(Exchange exchange) {
        if (peer.loop().inEventLoop()) {
            writeCompletion(exchange);
        } else {
            peer.loop().execute(() -> writeCompletion(exchange));
        }
    }

    /** Not before the request; and one that was taken back is another worker's. */
    private void writeCompletion(Exchange exchange) {
        RequestHead head = exchange.completion();
        if (head != null && exchange.isSent && !exchange.isCompletionSent) {
            exchange.isCompletionSent = true;
            var writer = context.requestWriter();
            writer.request(pool.format(), pool.sender(), exchange.connectionId, head, 0);
            writer.close();
            peer.send(writer.array(), writer.start(), writer.end());
        }
    }

    /** As {@link Exchange#sendPart}. */
    void sendPart(Exchange exchange, UploadPart part, ByteBuf content, Runnable onRoom) {
        if (peer.loop().inEventLoop()) {
            writePart(exchange, part, content, onRoom);
        } else {
            peer.loop().execute(() -> writePart(exchange, part, content, onRoom));
        }
    }

    private void writePart(Exchange exchange, UploadPart part, ByteBuf content, Runnable onRoom) {
        var writer = context.requestWriter();
        writer.part(pool.format(), pool.sender(), exchange.connectionId, part, content.readableBytes());
        peer.send(writer.array(), writer.start(), writer.end(), content, END_OF_STRING);
        Runnable tell = () -> exchange.client.context().loop().execute(onRoom);
        if (peer.isWritable()) {
            tell.run();
        } else {
            wantRoom.add(tell);
        }
    }

    /** Its peer takes bytes again: those who have more for it hear of it. On the peer's loop. */
    void onWritable() {
        for (int i = wantRoom.size(); i > 0 && peer.isWritable(); i--) {
            wantRoom.remove().run();
        }
    }

    /** Writes no request any more. On the peer's loop. */
    void close() {
        closed = true;
    }

    /** Answers a managed worker's hello. On the peer's loop. */
    void sendWelcome(String broker, int window) {
        var writer = context.requestWriter();
        long waits = pool.limits().timeout().toMillis();
        writer.welcome(pool.format(), pool.sender(), broker, window, (int) Math.min(Integer.MAX_VALUE, waits));
        peer.send(writer.array(), writer.start(), writer.end());
    }

    /** Tells a managed worker that it gets nothing new. On the peer's loop. */
    void sendDrain() {
        var writer = context.requestWriter();
        writer.drain(pool.format(), pool.sender());
        peer.send(writer.array(), writer.start(), writer.end());
    }

    /**
     * Tells a managed worker that a client has taken more of its answer. Any thread.
     *
     * @param bytes how many more may be sent to it
     */
    public void sendCredit(int connectionId, int bytes) {
        if (peer.loop().inEventLoop()) {
            var writer = context.requestWriter();
            writer.credit(pool.format(), pool.sender(), connectionId, bytes);
            peer.send(writer.array(), writer.start(), writer.end());
        } else {
            peer.loop().execute(() -> sendCredit(connectionId, bytes));
        }
    }

    /**
     * Tells a worker in Mongrel2's way that a client has taken more of its answer. Any thread.
     *
     * @param bytes how many more may be sent to it
     */
    public void sendWritten(int connectionId, long bytes) {
        if (peer.loop().inEventLoop()) {
            var writer = context.requestWriter();
            writer.credits(pool.format(), pool.sender(), connectionId, bytes);
            peer.send(writer.array(), writer.start(), writer.end());
        } else {
            peer.loop().execute(() -> sendWritten(connectionId, bytes));
        }
    }

    /** Tells the worker that a client connection has ended. Any thread. */
    void sendDisconnect(int connectionId) {
        if (peer.loop().inEventLoop()) {
            var writer = context.requestWriter();
            writer.disconnect(pool.format(), pool.sender(), connectionId);
            peer.send(writer.array(), writer.start(), writer.end());
        } else {
            peer.loop().execute(() -> sendDisconnect(connectionId));
        }
    }
}
