package dev.lurcher.worker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.protocol.WorkerControl;
import dev.lurcher.worker.testing.ManagedBroker;
import dev.lurcher.worker.testing.PlayedBroker;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Answers whose octets the application makes: sent as they are, at the client's pace, without a thread that waits. */
class AnswerIT {
    private static final int WINDOW = 65_536;

    private final CompletableFuture<Answer> begun = new CompletableFuture<>();

    @Test
    void sendsOctetsAsTheyAre() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker);
                Answer answer = begin(broker)) {
            answer.send(octets("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")).get(0, TimeUnit.SECONDS);
            assertEquals("S 1:1, HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", broker.reply());
            answer.send(octets("hi")).get(0, TimeUnit.SECONDS);
            assertEquals("S 1:1, hi", broker.reply());
            answer.closeConnection();
            assertEquals("S 1:1, ", broker.reply());
        }
    }

    @Test
    void waitsForCreditAndCompletesThen() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker);
                Answer answer = begin(broker)) {
            CompletableFuture<Void> sent = answer.send(new byte[2 * WINDOW]);
            int came = 0;
            while (came < WINDOW) {
                came += broker.reply().length() - "S 1:1, ".length();
            }
            assertEquals(WINDOW, came);
            assertFalse(sent.isDone());
            assertThrows(IllegalStateException.class, () -> answer.send(new byte[1]));
            broker.credit(1, WINDOW);
            sent.get(PlayedBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void failsAndTellsWhenTheClientIsGone() throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker);
                Answer answer = begin(broker)) {
            answer.onGone(() -> told.complete("gone"));
            CompletableFuture<Void> sent = answer.send(new byte[2 * WINDOW]);
            broker.disconnect(1);
            ExecutionException failure = assertThrows(ExecutionException.class, () -> sent.get(20, TimeUnit.SECONDS));
            assertInstanceOf(IOException.class, failure.getCause());
            assertEquals("gone", told.get(20, TimeUnit.SECONDS));
            assertTrue(answer.isGone());
            assertTrue(answer.send(new byte[1]).isCompletedExceptionally());
        }
    }

    @Test
    void tellsAtOnceWhereTheClientHasGoneBefore() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker);
                Answer answer = begin(broker)) {
            CompletableFuture<String> gone = new CompletableFuture<>();
            answer.onGone(() -> gone.complete(""));
            broker.disconnect(1);
            gone.get(20, TimeUnit.SECONDS);
            CompletableFuture<String> told = new CompletableFuture<>();
            answer.onGone(() -> told.complete("gone"));
            assertEquals("gone", told.getNow("not told"));
        }
    }

    @Test
    void failsWhatIsBeingSentWhenItIsClosed() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S").withWindow(WINDOW);
                ServingWorker worker = serving(broker);
                Answer answer = begin(broker)) {
            CompletableFuture<Void> sent = answer.send(new byte[2 * WINDOW]);
            answer.close();
            assertTrue(sent.isCompletedExceptionally());
            assertThrows(IllegalStateException.class, () -> answer.send(new byte[1]));
        }
    }

    @Test
    void keepsTheWorkerFromEndingUntilItIsClosed() throws Exception {
        try (ManagedBroker broker = new ManagedBroker("S");
                ServingWorker worker = serving(broker)) {
            broker.hello();
            Answer answer = begin(broker);
            worker.worker().stop();
            assertInstanceOf(WorkerControl.Drain.class, broker.control());
            answer.send(octets("last words"));
            answer.close();
            answer.close();
            assertInstanceOf(WorkerControl.Bye.class, broker.control());
            assertEquals("S 1:1, last words", broker.reply());
        }
    }

    private ServingWorker serving(PlayedBroker broker) {
        return new ServingWorker(Worker.builder().brokers(broker.endpoints()), request -> {
            begun.complete(request.answer());
            return Response.none();
        });
    }

    private Answer begin(ManagedBroker broker) throws Exception {
        broker.request(1, "/raw");
        return begun.get(PlayedBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
