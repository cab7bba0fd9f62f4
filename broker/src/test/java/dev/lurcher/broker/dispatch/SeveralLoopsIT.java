package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.loop.EventLoops.Transport;
import dev.lurcher.broker.telemetry.Counter;
import dev.lurcher.broker.testing.Await;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Clients and workers that live on different event loops. A connection's id modulo the loops is the number of its loop. */
class SeveralLoopsIT {
    private static final int LOOPS = 3;

    /** A client with a request at the worker. */
    private record Asking(RawClient client, RequestMessage request) {
        long id() {
            return request.connectionId();
        }
    }

    private static BrokerHarness broker(Transport transport) {
        return BrokerHarness.builder()
                .with(Setting.EVENT_LOOPS, String.valueOf(LOOPS))
                .on(transport)
                .handler("/", "hello")
                .start();
    }

    /** As many clients on each loop, each with a request that the worker has taken. */
    private static List<Asking> askOnEachLoop(int clients, BrokerHarness broker, ScriptedWorker worker)
            throws IOException {
        List<Asking> asking = new ArrayList<>();
        for (int i = 0; i < clients * LOOPS; i++) {
            RawClient client = broker.client().get("/" + i);
            asking.add(new Asking(client, worker.take()));
        }
        for (int loop = 0; loop < LOOPS; loop++) {
            int index = loop;
            assertEquals(
                    clients,
                    asking.stream().filter(each -> each.id() % LOOPS == index).count(),
                    "on loop " + loop);
        }
        assertEquals(asking.size(), ids(asking).distinct().count());
        return asking;
    }

    private static LongStream ids(List<Asking> asking) {
        return asking.stream().mapToLong(Asking::id);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerFindsTheLoopOfItsClient(Transport transport) throws Exception {
        try (BrokerHarness broker = broker(transport);
                ScriptedWorker worker = broker.worker("hello")) {
            assertTrue(broker.broker().transport().startsWith(transport.name().toLowerCase(java.util.Locale.ROOT)));
            for (Asking each : askOnEachLoop(2, broker, worker)) {
                try (RawClient client = each.client()) {
                    String large = each.request().path().repeat(100_000);
                    worker.answer(each.request(), large);
                    assertTrue(client.answer().endsWith("\r\n\r\n" + large));

                    client.get("/again");
                    RequestMessage again = worker.takeRequest();
                    assertEquals(each.id() % LOOPS, again.connectionId() % LOOPS);
                    worker.answer(again, "small");
                    assertTrue(client.answer().endsWith("\r\n\r\nsmall"));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneReplyGoesToManyOnAllLoops(Transport transport) throws Exception {
        try (BrokerHarness broker = broker(transport);
                ScriptedWorker worker = broker.worker("hello")) {
            List<Asking> asking = askOnEachLoop(10, broker, worker);
            // One more of each loop that nobody has, first, last and in between, and two ids that no connection can
            // have.
            long beyond = ids(asking).max().orElseThrow() + LOOPS;
            long[] targets = LongStream.concat(
                            LongStream.of(beyond, beyond + 1, 0),
                            LongStream.concat(ids(asking), LongStream.of(beyond + 2, 1L << 31)))
                    .toArray();
            String content = "to all ".repeat(20_000);

            worker.sendToAll(targets, "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);

            for (Asking each : asking) {
                try (RawClient client = each.client()) {
                    assertTrue(client.answer().endsWith("\r\n\r\n" + content));
                }
            }
            Await.until(
                    "the strangers are counted",
                    () -> broker.broker().counters().get(Counter.UNKNOWN_ID) == 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWorkerHearsOfClientsThatLeaveOnAnyLoop(Transport transport) throws Exception {
        try (BrokerHarness broker = broker(transport);
                ScriptedWorker worker = broker.worker("hello")) {
            List<Asking> asking = askOnEachLoop(3, broker, worker);
            for (Asking each : asking) {
                each.client().reset();
            }
            Set<Long> told = new HashSet<>();
            for (int i = 0; i < asking.size(); i++) {
                RequestMessage notice = worker.take();
                assertTrue(notice.isDisconnect());
                told.add(notice.connectionId());
            }
            assertEquals(ids(asking).boxed().collect(Collectors.toSet()), told);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWorkerTakesWhatWaitsOnAllLoops(Transport transport) throws Exception {
        try (BrokerHarness broker = broker(transport)) {
            List<RawClient> clients = new ArrayList<>();
            for (int i = 0; i < 4 * LOOPS; i++) {
                clients.add(broker.client().get("/" + i));
            }
            Await.until("all wait", () -> broker.broker().counters().get(Counter.REQUESTS) == clients.size());
            try (ScriptedWorker worker = broker.worker("hello")) {
                for (int i = 0; i < clients.size(); i++) {
                    RequestMessage request = worker.take();
                    worker.answer(request, request.path());
                }
                for (int i = 0; i < clients.size(); i++) {
                    try (RawClient client = clients.get(i)) {
                        assertTrue(client.answer().endsWith("\r\n\r\n/" + i));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void endsInOrderWithRequestsUnderWay(Transport transport) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.lurcher");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            for (int life = 0; life < 5; life++) {
                BrokerHarness broker = broker(transport);
                try (ScriptedWorker worker = broker.worker("hello")) {
                    List<Asking> asking = askOnEachLoop(5, broker, worker);
                    broker.close();
                    for (Asking each : asking) {
                        assertEquals("", each.client().untilEnd().replace("[reset]", ""));
                        each.client().close();
                    }
                }
            }
        } finally {
            logger.detachAppender(lines);
        }
        List<ILoggingEvent> faults = lines.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
        assertEquals(List.of(), faults);
    }
}
