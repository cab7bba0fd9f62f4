package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.DirectoryPolicy;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.RequestMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids and traces of requests, on their way to workers and in answers. */
class MarksIT {
    private static final String SOUND = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @TempDir
    private Path folder;

    private final List<String> ids = new CopyOnWriteArrayList<>();

    private BrokerHarness.Builder broker() {
        return BrokerHarness.builder().handler("/h", "hello").log(record -> ids.add(record.requestIdText()));
    }

    private static RequestMessage had(BrokerHarness broker, ScriptedWorker worker, String fields) throws IOException {
        try (RawClient client = broker.client()) {
            client.send("GET /h HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
            RequestMessage request = worker.takeRequest();
            worker.answer(request, "x");
            client.answer();
            return request;
        }
    }

    private static List<String> field(RequestMessage request, String name) {
        return request.fields().all(name);
    }

    @Test
    void passesWhatTheClientSaysByDefault() throws IOException {
        try (BrokerHarness broker = broker().start();
                ScriptedWorker worker = broker.worker("hello")) {
            RequestMessage request = had(broker, worker, "traceparent: nonsense\r\nX-Request-Id: mine\r\n");
            assertEquals(List.of("nonsense"), field(request, "traceparent"));
            assertEquals(List.of("mine"), field(request, "x-request-id"));
            request = had(broker, worker, "");
            assertEquals(List.of(), field(request, "traceparent"));
            assertEquals(List.of(), field(request, "x-request-id"));
        }
    }

    @Test
    void beginsATraceWhereThereIsNone() throws IOException {
        try (BrokerHarness broker =
                        broker().with(Setting.HTTP_TRACEPARENT, "make").start();
                ScriptedWorker worker = broker.worker("hello")) {
            RequestMessage request = had(broker, worker, "tracestate: a=b\r\n");
            String made = field(request, "traceparent").get(0);
            assertTrue(made.matches("00-[0-9a-f]{32}-" + ids.get(0) + "-00"), made);
            assertEquals(List.of(), field(request, "tracestate"));

            request = had(broker, worker, "TraceParent: " + SOUND + "\r\ntracestate: a=b\r\n");
            assertEquals(List.of(SOUND), field(request, "traceparent"));
            assertEquals(List.of("a=b"), field(request, "tracestate"));

            request = had(
                    broker,
                    worker,
                    "A: 1\r\ntraceparent: " + SOUND + "\r\nB: 2\r\ntraceparent: " + SOUND + "\r\nC: 3\r\n");
            assertEquals(1, field(request, "traceparent").size());
            assertFalse(field(request, "traceparent").contains(SOUND), "two are none");
            assertEquals(
                    List.of("1", "2", "3"),
                    List.of(
                            field(request, "a").get(0),
                            field(request, "b").get(0),
                            field(request, "c").get(0)));
        }
    }

    @Test
    void asksForRecordingWhereItIsTo() throws IOException {
        try (BrokerHarness broker =
                        broker().with(Setting.HTTP_TRACEPARENT, "sample").start();
                ScriptedWorker worker = broker.worker("hello")) {
            assertTrue(field(had(broker, worker, ""), "traceparent").get(0).endsWith("-01"));
        }
    }

    @Test
    void writesTheIdIntoAllAnswersWhereItIsTo() throws IOException {
        Files.writeString(folder.resolve("f.txt"), "file");
        try (BrokerHarness broker = broker().with(Setting.HTTP_REQUEST_ID, "answers")
                        .directory("/d/", folder, DirectoryPolicy.USUAL)
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.get("/h");
            RequestMessage request = worker.take();
            assertEquals(List.of(), field(request, "x-request-id"));
            worker.answer(request, "from a worker");
            String[] answers = {
                client.answer(),
                client.get("/d/f.txt").answer(),
                client.get("/nowhere").answer()
            };
            assertTrue(answers[0].endsWith("\r\n\r\nfrom a worker"), answers[0]);
            assertTrue(answers[1].endsWith("\r\n\r\nfile"), answers[1]);
            for (int i = 0; i < answers.length; i++) {
                assertEquals(2, answers[i].split("\r\nX-Request-Id: " + ids.get(i) + "\r\n", -1).length, answers[i]);
            }
        }
    }

    @Test
    void tellsWorkersTheIdWhereItIsTo() throws IOException {
        try (BrokerHarness broker =
                        broker().with(Setting.HTTP_REQUEST_ID, "all").start();
                ScriptedWorker worker = broker.worker("hello")) {
            RequestMessage request = had(broker, worker, "X-Request-Id: the client's\r\n");
            assertEquals(List.of(ids.get(0)), field(request, "x-request-id"));
        }
    }
}
