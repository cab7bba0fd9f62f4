package dev.lurcher.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.ControlTalk;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.broker.testing.ZmtpSocket;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.Requester;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control port of a running broker. */
class ControlPortIT {
    private static final String UUID = "10:4:uuid,0:}]";

    @TempDir
    private Path folder;

    private BrokerHarness start() {
        return BrokerHarness.builder()
                .with(Setting.CONTROL_PORT, "ipc://" + folder + "/run/control")
                .handler("/", "hello")
                .start();
    }

    private static ControlTalk talk(BrokerHarness broker) throws IOException {
        return new ControlTalk(broker);
    }

    @Test
    void onlyItsOwnerMayConnect() throws Exception {
        Path socket = folder.resolve("run/control");
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker)) {
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            assertEquals("41:7:headers,7:4:uuid,]4:rows,10:7:4:test,]]}", talk.askRaw("10:4:uuid,0:}]"));
        }
        assertFalse(Files.exists(socket), "it is removed at the end");
    }

    @Test
    void tellsWhatRuns() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker)) {
            ControlTalk.Row info = talk.rows("info").get(0);
            assertEquals(String.valueOf(broker.broker().address().getPort()), info.get("port"));
            assertEquals("127.0.0.1", info.get("bind_addr"));
            assertEquals("localhost", info.get("default_hostname"));
        }
    }

    @Test
    void listsConnectionsAndKillsOne() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker);
                ScriptedWorker worker = broker.worker("hello");
                RawClient idle = broker.client();
                RawClient client = broker.client()) {
            client.get("/a");
            RequestMessage request = worker.takeRequest();
            Await.until("both are there", () -> connections(talk).size() == 2);
            ControlTalk.Row served = connections(talk).stream()
                    .filter(row -> row.get("id").equals(String.valueOf(request.connectionId())))
                    .findFirst()
                    .orElseThrow();
            assertEquals("1", served.get("type"));
            assertNotEquals("0", served.get("fd"));
            assertEquals("GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n".length() + "", served.get("bytes_read"));
            assertEquals("0", served.get("bytes_written"));
            ControlTalk.Row other = connections(talk).stream()
                    .filter(row -> row.get("id").equals("-1"))
                    .findFirst()
                    .orElseThrow();
            assertEquals("0", other.get("type"));
            assertEquals("0", other.get("bytes_read"));

            assertEquals(
                    "40:7:headers,9:6:status,]4:rows,8:5:2:OK,]]}",
                    new String(talk.ask("kill", "id", request.connectionId()).bytes(), ISO_8859_1));
            assertEquals("", client.untilEnd());
            assertEquals("INVALID_ARGUMENT", talk.code("kill", "id", request.connectionId()));
            assertTrue(idle.hearsNothing(50), "the other one stays");
        }
    }

    private static List<ControlTalk.Row> connections(ControlTalk talk) {
        try {
            return talk.rows("status", "what", "net");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void listsThreads() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker)) {
            List<ControlTalk.Row> tasks = talk.rows("status", "what", "tasks");
            assertTrue(tasks.stream().anyMatch(task -> task.get("name").equals("control")), tasks::toString);
            assertTrue(tasks.stream().anyMatch(task -> task.get("name").startsWith("loop")), tasks::toString);
            assertTrue(tasks.stream()
                    .allMatch(task ->
                            List.of("running", "ready", "exiting", "idle").contains(task.get("status"))));
        }
    }

    @Test
    void hasTheProcessStopAndReopenItsLogs() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker)) {
            talk.ask("reopen");
            assertEquals(List.of("reopen"), talk.asked());
            talk.ask("stop");
            Await.until("it has been asked", () -> talk.asked().equals(List.of("reopen", "stop")));
        }
    }

    @Test
    void closesAfterItsAnswer() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker);
                RawClient client = broker.client()) {
            assertEquals(
                    "stopping the control port",
                    talk.rows("control_stop").get(0).get("msg"));
            Await.until("its socket is gone", () -> !Files.exists(folder.resolve("run/control")));
            assertTrue(client.get("/").hearsNothing(50), "requests go on");
        }
    }

    @Test
    void countsWhatHappens() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker);
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/");
            RequestMessage request = worker.takeRequest();
            assertEquals("1", stat(talk, "under_way"));
            worker.answer(request, "hello");
            client.answer();
            assertEquals("1", stat(talk, "requests"));
            Await.until("nothing is under way", () -> stat(talk, "under_way").equals("0"));
            Await.until("the answer is counted", () -> stat(talk, "answers_2xx").equals("1"));
            assertEquals("1", stat(talk, "ready"));
        }
    }

    private static String stat(ControlTalk talk, String name) {
        try {
            return talk.rows("stats").stream()
                    .filter(row -> row.get("name").equals(name))
                    .findFirst()
                    .orElseThrow()
                    .get("value");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void answersManyAtATime() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker)) {
            Endpoint endpoint = talk.endpoint();
            Thread[] askers = new Thread[8];
            int[] answered = new int[askers.length];
            for (int i = 0; i < askers.length; i++) {
                int mine = i;
                askers[i] = Thread.ofPlatform().start(() -> {
                    try (Requester requester = Requester.connect(endpoint, Duration.ofSeconds(10))) {
                        for (int j = 0; j < 20; j++) {
                            requester.ask("10:4:uuid,0:}]".getBytes(ISO_8859_1));
                            answered[mine]++;
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            for (int i = 0; i < askers.length; i++) {
                askers[i].join();
                assertEquals(20, answered[i]);
            }
            assertEquals("test", talk.rows("uuid").get(0).get("uuid"));
        }
    }

    @Test
    void dropsWhoSendsTooMuchAndServesTheOthers() throws Exception {
        try (BrokerHarness broker = start();
                ControlTalk talk = talk(broker);
                Requester large = Requester.connect(talk.endpoint(), Duration.ofSeconds(10))) {
            assertThrows(IOException.class, () -> large.ask(new byte[65 << 10]));
            assertEquals("test", talk.rows("uuid").get(0).get("uuid"));
        }
    }

    /** A broker whose control port takes TCP, and a DEALER socket there. */
    private interface Dealing {
        void with(ControlTalk talk, ZmtpSocket dealer) throws Exception;
    }

    private static void deal(Dealing dealing) throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .with(Setting.CONTROL_PORT, "tcp://127.0.0.1:0")
                        .handler("/", "hello")
                        .start();
                ControlTalk talk = talk(broker);
                ZmtpSocket dealer = new ZmtpSocket(talk.endpoint().toString(), "DEALER")) {
            dealing.with(talk, dealer);
            assertEquals("test", talk.rows("uuid").get(0).get("uuid"));
        }
    }

    private static void send(ZmtpSocket dealer, String... frames) throws IOException {
        for (int i = 0; i < frames.length; i++) {
            dealer.send(i + 1 < frames.length ? 1 : 0, frames[i].getBytes(ISO_8859_1));
        }
    }

    private static String next(ZmtpSocket dealer) throws IOException {
        return new String(dealer.readFrame(), ISO_8859_1);
    }

    @Test
    void dealersGetTheirRouteBack() throws Exception {
        deal((talk, dealer) -> {
            send(dealer, "hop 1", "hop 2", "", UUID);
            assertEquals(
                    List.of("hop 1", "hop 2", "", talk.askRaw(UUID)),
                    List.of(next(dealer), next(dealer), next(dealer), next(dealer)));
        });
    }

    @Test
    void whatHasNoEmptyFrameIsDropped() throws Exception {
        deal((talk, dealer) -> {
            send(dealer, UUID);
            send(dealer, "hop", UUID);
            send(dealer, "", UUID, "and more");
            assertEquals(List.of("", talk.askRaw(UUID)), List.of(next(dealer), next(dealer)));
        });
    }

    @Test
    void answersEachOfManyThatDoNotWait() throws Exception {
        int count = 500;
        deal((talk, dealer) -> {
            String uuid = talk.askRaw(UUID);
            for (int i = 0; i < count; i++) {
                send(dealer, String.valueOf(i), "", UUID);
            }
            Set<String> answered = new HashSet<>();
            for (int i = 0; i < count; i++) {
                answered.add(next(dealer));
                assertEquals("", next(dealer));
                String answer = next(dealer);
                assertTrue(answer.equals(uuid) || answer.contains("4:BUSY,"), answer);
            }
            assertEquals(count, answered.size());
        });
    }

    @Test
    void dropsWhoSendsTooManyFrames() throws Exception {
        deal((talk, dealer) -> {
            for (int i = 0; i < 33; i++) {
                dealer.send(1, new byte[] {1});
            }
            assertThrows(IOException.class, dealer::readFrame);
        });
    }

    @Test
    void isRefusedOffLoopback() {
        try (BrokerHarness broker = BrokerHarness.builder()
                .with(Setting.CONTROL_PORT, "tcp://*:0")
                .handler("/", "hello")
                .start()) {
            StartException refused = assertThrows(StartException.class, () -> new ControlTalk(broker));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("anybody who reaches it can stop the broker"), message);
            assertNull(broker.broker().controlEndpoint());
        }
    }

    @Test
    void whatSomebodyElseHasIsRefusedWhereItWasChosen() throws Exception {
        try (BrokerHarness first = start();
                ControlTalk talk = talk(first);
                BrokerHarness second = start()) {
            StartException refused = assertThrows(StartException.class, () -> new ControlTalk(second));
            assertTrue(String.valueOf(refused.getMessage()).startsWith("control port: endpoint \"ipc://"));
            assertEquals("test", talk.rows("uuid").get(0).get("uuid"));
        }
    }
}
