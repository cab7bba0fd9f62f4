package dev.lurcher.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lurcher.protocol.HeaderFormat;
import dev.lurcher.protocol.ReplyReader;
import dev.lurcher.protocol.ReplyWriter;
import dev.lurcher.protocol.RequestWriter;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.Endpoints;
import dev.lurcher.worker.Responder;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A broker that is played inside a test, with a worker: the worker is real, its requests are made up, what it answers is taken
 * to pieces. No HTTP, no process, no configuration.
 *
 * <pre>{@code
 * try (TestBroker broker = TestBroker.serving(new Shop().routes())) {
 *     assertEquals("{\"id\":7}", broker.get("/articles/7").text());
 * }
 * }</pre>
 *
 * <p>Clients take all that is sent to them at once. Any thread may ask.
 */
public final class TestBroker implements AutoCloseable {
    private static final String SENDER = "test";
    private static final byte[] SENDER_OCTETS = SENDER.getBytes(ISO_8859_1);
    private static final int WINDOW_BYTES = 256 * 1024;
    private static final int TURN_MILLIS = 2;
    private static final long JOIN_MILLIS = 20_000;

    private final ZMQ.Context context = ZMQ.context(1);
    private final RequestWriter notices = new RequestWriter();
    private final ReplyReader reader = new ReplyReader(ReplyWriter.MOST_TARGETS);
    private final Map<Long, TestExchange> exchanges = new ConcurrentHashMap<>();
    private final Queue<byte[]> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final Thread thread;
    private final Worker worker;
    private final Thread serving;
    private volatile boolean closed;
    /** The worker's address; null before its hello. Used by the broker's thread. */
    private byte @Nullable [] peer;

    private TestBroker(WorkerBuilder builder, Responder responder) {
        ZMQ.Socket router = context.socket(SocketType.ROUTER);
        router.setLinger(0);
        router.setHWM(0);
        router.bind("tcp://127.0.0.1:*");
        String endpoint = router.getLastEndpoint();
        thread = new Thread(() -> run(router), "test-broker");
        thread.start();
        worker = builder.brokers(new Endpoints(endpoint, endpoint, SENDER)).build();
        serving = new Thread(() -> worker.serve(responder), "test-worker");
        serving.start();
    }

    /** Plays a broker for a worker that answers by this responder. */
    public static TestBroker serving(Responder responder) {
        return serving(Worker.builder(), responder);
    }

    /**
     * As {@link #serving(Responder)}.
     *
     * @param builder what the worker is to be like; its broker is this
     */
    public static TestBroker serving(WorkerBuilder builder, Responder responder) {
        return new TestBroker(builder, responder);
    }

    /** Asks by GET, and waits for the answer. */
    public TestAnswer get(String uri) {
        return send(TestRequest.of("GET", uri));
    }

    /** Asks, and waits for the answer. */
    public TestAnswer send(TestRequest request) {
        return open(request).answer();
    }

    /** Asks: for those who look at an answer while it comes. */
    public TestExchange open(TestRequest request) {
        return open(request, ids.incrementAndGet());
    }

    private TestExchange open(TestRequest request, int id) {
        TestExchange exchange = new TestExchange(request.isHead(), () -> leave(id));
        exchanges.put((long) id, exchange);
        outgoing.add(request.message(SENDER, id, Map.of()));
        return exchange;
    }

    /**
     * Asks for a WebSocket.
     *
     * @throws AssertionError if the worker refuses
     */
    public TestWebSocket webSocket(String uri) {
        TestRequest handshake = TestRequest.of("WEBSOCKET_HANDSHAKE", uri).as("WEBSOCKET_HANDSHAKE", token());
        int id = ids.incrementAndGet();
        TestExchange exchange = open(handshake, id);
        return new TestWebSocket(
                exchange,
                (variables, content) ->
                        outgoing.add(handshake.as("WEBSOCKET", content).message(SENDER, id, variables)));
    }

    /** Stops the worker as TERM would, and waits until it has ended. */
    @Override
    public void close() {
        worker.stop();
        try {
            serving.join(JOIN_MILLIS);
            closed = true;
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.close();
        if (serving.isAlive()) {
            throw new AssertionError("the worker does not end");
        }
    }

    private static byte[] token() {
        return "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".getBytes(ISO_8859_1);
    }

    private synchronized void leave(int id) {
        notices.disconnect(HeaderFormat.JSON, SENDER_OCTETS, id);
        sendNotice();
    }

    private void run(ZMQ.Socket router) {
        router.setReceiveTimeOut(TURN_MILLIS);
        while (!closed) {
            byte[] from = router.recv();
            while (from != null) {
                onFrame(router, from, router.recv());
                from = router.recv(ZMQ.DONTWAIT);
            }
            byte[] to = peer;
            while (to != null && !outgoing.isEmpty()) {
                router.sendMore(to);
                router.send(outgoing.remove());
            }
        }
        router.close();
    }

    private synchronized void onFrame(ZMQ.Socket router, byte[] from, byte[] frame) {
        reader.read(ByteBuffer.wrap(frame));
        ByteBuffer payload = ByteBuffer.wrap(frame, reader.payloadOffset(), reader.payloadLength());
        if (reader.isControl()) {
            onControl(router, from, WorkerControl.read(payload, TNetString.Limits.DEFAULT));
        } else if (!reader.extended()) {
            byte[] bytes = Arrays.copyOfRange(frame, payload.position(), payload.limit());
            for (int i = 0; i < reader.targets(); i++) {
                deliver(reader.target(i), bytes);
            }
        }
    }

    private void deliver(long id, byte[] bytes) {
        TestExchange exchange = exchanges.get(id);
        if (exchange != null) {
            exchange.add(bytes);
            if (bytes.length > 0) {
                notices.credit(HeaderFormat.JSON, SENDER_OCTETS, (int) id, bytes.length);
                sendNotice();
            }
        }
    }

    private void onControl(ZMQ.Socket router, byte[] from, WorkerControl control) {
        if (control instanceof WorkerControl.Hello) {
            notices.welcome(HeaderFormat.JSON, SENDER_OCTETS, "test/1", WINDOW_BYTES);
            router.sendMore(from);
            router.send(notice());
            peer = from;
        } else if (control instanceof WorkerControl.Drain) {
            notices.drain(HeaderFormat.JSON, SENDER_OCTETS);
            sendNotice();
        }
    }

    private void sendNotice() {
        outgoing.add(notice());
    }

    private byte[] notice() {
        return Arrays.copyOfRange(notices.array(), notices.start(), notices.end());
    }
}
