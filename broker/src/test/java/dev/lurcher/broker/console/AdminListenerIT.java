package dev.lurcher.broker.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.console.AdminPage.Answer;
import dev.lurcher.broker.console.ConsoleException.Code;
import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.RawClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminListenerIT {
    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    private final EventLoops loops = EventLoops.start(1, EventLoops.Transport.NIO);
    private final AdminPages pages = new AdminPages()
            .with("/echo", asked -> Answer.text(200, asked.rest() + "|" + asked.query() + "|" + asked.accept()))
            .with("/broken", asked -> {
                throw new IllegalStateException("this line is expected in the log of the tests");
            })
            .withOpen("/open", asked -> Answer.text(200, "open"));

    @AfterEach
    void stop() {
        loops.close();
    }

    private AdminListener open(String address, @Nullable AdminToken token) {
        return AdminListener.open(loops, AdminAddress.parse(address), pages, new AdminListener.Proof(token, null));
    }

    private static String ask(AdminListener listener, String request) throws IOException {
        try (RawClient client = new RawClient(listener.address())) {
            return client.send(request).untilEnd();
        }
    }

    private static String get(AdminListener listener, String target, String fields) throws IOException {
        return ask(listener, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    }

    private AdminToken token() throws IOException {
        return AdminToken.read(Files.writeString(folder.resolve("token"), TOKEN + "\n"));
    }

    @Test
    void showsPages() throws IOException {
        try (AdminListener listener = open("0", null)) {
            String answer = get(listener, "/echo/a/b?c=d", "Accept: text/plain\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
            assertTrue(answer.endsWith("\r\n\r\na/b|c=d|text/plain"), answer);
            assertTrue(answer.contains("\r\nconnection: close\r\n"), answer);
            assertTrue(get(listener, "/", "").endsWith("\r\n\r\n/echo\n/broken\n/open\n"));
            String head = ask(listener, "HEAD /open HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertTrue(head.contains("\r\ncontent-length: 4\r\n") && head.endsWith("\r\n\r\n"), head);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET /nowhere HTTP/1.1|Host: localhost||', 404",
        "'GET /echoes HTTP/1.1|Host: localhost||', 404",
        "'POST /echo HTTP/1.1|Host: localhost||', 405",
        "'GET /echo HTTP/1.1|Host: localhost|Content-Length: 1||x', 400",
        "'GET /echo HTTP/1.1|Host: localhost|Transfer-Encoding: chunked||0||', 400",
        "'GET /echo HTTP/1.1|Host: rebound.example||', 421",
        "'GET /echo HTTP/1.1|Host: rebound.example:9464||', 421",
        "'GET /echo HTTP/1.1|Host: [::1]:9464||', 200",
        "'GET /echo HTTP/1.1|Host: 127.0.0.1:9464||', 200",
        "'GET /broken HTTP/1.1|Host: localhost||', 500",
        "'nonsense||', 400"
    })
    void refusesTheRest(String request, int status) throws IOException {
        try (AdminListener listener = open("127.0.0.1:0", null)) {
            String answer = ask(listener, request.replace("|", "\r\n"));
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        }
    }

    @Test
    void wantsTheTokenWhereThereIsOne() throws IOException {
        try (AdminListener listener = open("0.0.0.0:0", token())) {
            assertTrue(get(listener, "/echo", "").startsWith("HTTP/1.1 401 "));
            assertTrue(get(listener, "/nowhere", "").startsWith("HTTP/1.1 401 "));
            assertTrue(get(listener, "/", "").startsWith("HTTP/1.1 401 "));
            assertTrue(get(listener, "/echo", "Authorization: Bearer " + TOKEN + "0\r\n")
                    .startsWith("HTTP/1.1 401 "));
            assertTrue(get(listener, "/echo", "Authorization: Basic " + TOKEN + "\r\n")
                    .startsWith("HTTP/1.1 401 "));
            assertTrue(get(listener, "/echo", "Authorization: bearer " + TOKEN + "\r\n")
                    .startsWith("HTTP/1.1 200 "));
            assertTrue(get(listener, "/open", "").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void opensToOtherMachinesWithATokenOnly() {
        ConsoleException thrown = assertThrows(
                ConsoleException.class, () -> open("0.0.0.0:0", null).close());
        assertEquals(Code.TOKEN_WANTED, thrown.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short\n", "with blanks in it, long enough\n"})
    void wantsARealToken(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("bad"), content);
        ConsoleException thrown = assertThrows(ConsoleException.class, () -> AdminToken.read(file));
        assertEquals(Code.BAD_TOKEN, thrown.code());
    }

    @Test
    void saysWhenTheFileOfTheTokenIsNotThere() {
        ConsoleException thrown =
                assertThrows(ConsoleException.class, () -> AdminToken.read(folder.resolve("missing")));
        assertEquals(Code.BAD_TOKEN, thrown.code());
    }

    @Test
    void saysWhenTheAddressIsTaken() {
        try (AdminListener first = open("0", null)) {
            ConsoleException thrown = assertThrows(
                    ConsoleException.class,
                    () -> open("" + first.address().getPort(), null).close());
            assertEquals(Code.CANNOT_LISTEN, thrown.code());
        }
    }

    @Test
    void keepsNoMoreWaitingThanItCanAnswer() throws Exception {
        CountDownLatch free = new CountDownLatch(1);
        pages.with("/slow", asked -> {
            free.await();
            return Answer.text(200, "done");
        });
        try (AdminListener listener = open("0", null);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicInteger refused = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            for (int i = 0; i < 40; i++) {
                threads.submit(() -> {
                    String answer = get(listener, "/slow", "");
                    (answer.endsWith("done")
                                    ? done
                                    : answer.startsWith("HTTP/1.1 503 ") ? refused : new AtomicInteger())
                            .incrementAndGet();
                    return answer;
                });
            }
            // One is being made, 32 wait; for the others there is no room.
            Await.until("seven are refused", () -> refused.get() == 7);
            free.countDown();
            Await.until("the others are answered", () -> done.get() == 33);
        }
    }
}
