package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.ManagedBroker;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadsIT {
    private static final String SOCKET = "{\"PATH\":\"/\",\"METHOD\":\"WEBSOCKET\",\"FLAGS\":\"0x81\"}";
    private static final String UPLOAD =
            "{\"PATH\":\"/\",\"METHOD\":\"PUT\",\"VERSION\":\"HTTP/1.1\",\"UPLOAD_STREAM\":\"0\"}";

    @Test
    void answersAtOnceInVirtualThreads() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).threads(3), request -> {
                            together.await(20, TimeUnit.SECONDS);
                            return Response.text(Thread.currentThread().toString());
                        })) {
            for (int i = 1; i <= 3; i++) {
                broker.request(i, "/");
            }
            for (int i = 1; i <= 3; i++) {
                String reply = broker.reply();
                // This runs on a JVM that has them.
                assertTrue(reply.contains("\r\n\r\nVirtualThread["), reply);
                assertTrue(reply.contains(",worker-"), reply);
            }
        }
    }

    @Test
    void keepsTheOrderOfAConversation() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(
                        Worker.builder().brokers(broker.endpoints()).threads(8), request -> {
                            request.send(request.content());
                            return Response.none();
                        })) {
            for (int i = 0; i < 500; i++) {
                broker.request(1 + i % 2, "/", SOCKET, Integer.toString(i));
            }
            int[] last = {-2, -1};
            for (int i = 0; i < 500; i++) {
                String reply = broker.reply();
                int client = reply.charAt("S 1:".length()) - '1';
                int number = Integer.parseInt(reply.substring("S 1:1, ".length()));
                assertEquals(last[client] + 2, number);
                last[client] = number;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void readsContentThatComesWhileItIsRead(int threads) throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker =
                        new ServingWorker(builder(broker, threads), request -> Response.text(request.text() + "!"))) {
            broker.request(5, "/", UPLOAD, "one ");
            assertEquals("S 3:X 5, 29:3:ctl,19:7:credits,6:262144#}]", broker.reply());
            broker.request(5, "/", "{\"UPLOAD_STREAM\":\"4\"}", "two ");
            broker.request(5, "/", "{\"UPLOAD_STREAM\":\"8\",\"UPLOAD_STREAM_DONE\":\"1\"}", "three");
            String reply = broker.reply();
            assertTrue(reply.endsWith("\r\n\r\none two three!"), reply);
        }
    }

    @Test
    void givesUpContentWhoseClientHasGone() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WorkerListener listener = new WorkerListener() {
            @Override
            public void onAnswered(Request request, int status, Duration took) {
                heard.add("answered " + status);
            }
        };
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(
                        builder(broker, 0).listener(listener), request -> Response.text(request.text()))) {
            broker.request(5, "/", UPLOAD, "one ");
            broker.reply();
            broker.disconnect(5);
            assertEquals("answered 499", heard.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void givesFailuresAnIdInAnswerAndLog() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WorkerListener listener = new WorkerListener() {
            @Override
            public void onFailed(Request request, Throwable failure, String errorId) {
                heard.add(errorId);
            }
        };
        try (ManagedBroker broker = new ManagedBroker("S");
                LogCapture log = new LogCapture();
                ServingWorker worker = new ServingWorker(builder(broker, 1).listener(listener), request -> {
                    throw new IllegalStateException("of no use to clients");
                })) {
            broker.request(1, "/bad");
            String reply = broker.reply();
            String id = heard.poll(20, TimeUnit.SECONDS);
            assertTrue(reply.startsWith("S 1:1, HTTP/1.1 500 Internal Server Error\r\n"), reply);
            assertTrue(reply.contains("X-Error-Id: " + id + "\r\n"), reply);
            assertTrue(!reply.contains("of no use"), reply);
            log.await("Failed at GET /bad (connection 1), error " + id);
        }
    }

    @Test
    void answersWhatIsThrownAsAnAnswer() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = new ServingWorker(builder(broker, 0), request -> {
                    throw Response.error(404, "No such thing").exception();
                })) {
            broker.request(1, "/");
            assertTrue(broker.reply().endsWith("\r\n\r\nNo such thing\n"));
        }
    }

    private static WorkerBuilder builder(ManagedBroker broker, int threads) {
        WorkerBuilder builder = Worker.builder().brokers(broker.endpoints());
        return threads == 0 ? builder : builder.threads(threads);
    }
}
