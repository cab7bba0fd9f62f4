package dev.lurcher.broker.http;

import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * By what a request can be found again elsewhere: its id, and W3C trace context.
 *
 * @param ids    where the id goes beside logs and the broker's own answers (http.request_id)
 * @param traces what becomes of {@code traceparent} (http.traceparent)
 */
public record Marks(Ids ids, Traces traces) {
    /** The field of the id. */
    static final AsciiString REQUEST_ID = AsciiString.cached("x-request-id");

    private static final AsciiString TRACE_PARENT = AsciiString.cached("traceparent");
    private static final AsciiString TRACE_STATE = AsciiString.cached("tracestate");

    /** Where the id goes. */
    public enum Ids {
        /** No further. */
        OWN,
        /** Into all answers. */
        ANSWERS,
        /** Into all answers, and to workers and upstreams. */
        ALL
    }

    /** What becomes of trace context. */
    public enum Traces {
        /** It passes. */
        PASS,
        /** Where there is none a trace is begun, of which nothing is recorded. */
        MAKE,
        /** Likewise, and all of it is to be recorded. */
        SAMPLE
    }

    static Marks of(Settings settings) {
        Ids ids = switch (settings.text(Setting.HTTP_REQUEST_ID)) {
            case "all" -> Ids.ALL;
            case "answers" -> Ids.ANSWERS;
            default -> Ids.OWN;
        };
        Traces traces = switch (settings.text(Setting.HTTP_TRACEPARENT)) {
            case "make" -> Traces.MAKE;
            case "sample" -> Traces.SAMPLE;
            default -> Traces.PASS;
        };
        return new Marks(ids, traces);
    }

    /** Whether the answers of workers, upstreams and directories carry the id. */
    boolean areInAnswers() {
        return ids != Ids.OWN;
    }

    /** Marks a request before anybody else gets it. */
    void mark(Request head, ExchangeRecord record) {
        if (ids == Ids.ALL) {
            head.replace(REQUEST_ID, record.requestIdText());
        }
        if (traces != Traces.PASS && !hasTrace(head)) {
            head.replace(TRACE_PARENT, TraceParent.begun(record.requestId(), traces == Traces.SAMPLE));
            // It belonged to the trace that cannot be read.
            head.remove(TRACE_STATE);
        }
    }

    private static boolean hasTrace(Request head) {
        List<String> parents = head.fields(TRACE_PARENT);
        return parents.size() == 1 && TraceParent.isSound(parents.get(0));
    }
}
