package dev.lurcher.broker.control;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.broker.telemetry.RequestStory;
import dev.lurcher.protocol.WorkerControl.Hello;
import java.util.HexFormat;
import java.util.List;

/** What became of requests: the commands {@code why} and {@code failures}. */
final class WhyAnswers {
    private static final int ID_DIGITS = 16;
    private static final int USUAL_FAILURES = 20;
    private static final int MOST_FAILURES = 1000;
    private static final Hello NOBODY = new Hello("", 0, "", "", "", "", 0);

    private WhyAnswers() {}

    static Answer why(Arguments arguments, Operations broker) {
        String text = arguments.requiredName("request", "ID, as in X-Request-Id and the access log");
        // A client may have made a number of an id without letters.
        String id = text.matches("[0-9]{1,15}") ? "0".repeat(ID_DIGITS - text.length()) + text : text;
        if (id.length() != ID_DIGITS || !id.chars().allMatch(HexFormat::isHexDigit)) {
            throw new ControlException(
                    Code.INVALID_ARGUMENT,
                    "argument request: an id is sixteen hexadecimal digits. Fix: take it from X-Request-Id or the access log.");
        }
        RequestStory story = broker.why(HexFormat.fromHexDigitsToLong(id))
                .orElseThrow(() -> new ControlException(
                        Code.NO_SUCH_REQUEST,
                        "request " + id
                                + " is not remembered. Fix: ask the broker that had it, sooner, or let it remember more"
                                + " (settings why.requests, why.failures)."));
        return table(List.of(story));
    }

    static Answer failures(Arguments arguments, Operations broker) {
        return table(broker.failures(arguments.count("limit", MOST_FAILURES, USUAL_FAILURES)));
    }

    private static Answer table(List<RequestStory> stories) {
        Answer.Rows rows = Answer.under(
                "request",
                "time",
                "remote",
                "method",
                "path",
                "status",
                "outcome",
                "reason",
                "duration_us",
                "queue_us",
                "host",
                "host_row",
                "matching",
                "route",
                "route_row",
                "target",
                "attempts",
                "lost_workers",
                "worker",
                "worker_host",
                "worker_pid",
                "application",
                "worker_version",
                "language",
                "connection",
                "bytes",
                "version",
                "traceparent",
                "revision");
        for (RequestStory story : stories) {
            add(story, rows);
        }
        return rows.answer();
    }

    private static void add(RequestStory story, Answer.Rows rows) {
        Hello hello = story.worker().hello() == null ? NOBODY : story.worker().hello();
        String trace = story.asked().traceParent();
        rows.row(
                HexFormat.of().toHexDigits(story.requestId()),
                story.began(),
                story.remote(),
                story.asked().method(),
                story.asked().path(),
                story.answer().status(),
                story.answer().outcome(),
                story.answer().reason(),
                story.times().whole(),
                story.times().queue(),
                story.way().host(),
                story.way().hostRow(),
                story.way().matching(),
                story.way().route(),
                story.way().routeRow(),
                story.way().target(),
                story.worker().tries(),
                story.worker().earlier(),
                story.worker().name(),
                hello.host(),
                hello.pid(),
                hello.application(),
                hello.version(),
                hello.language(),
                story.worker().connectionId(),
                story.answer().bytes(),
                story.asked().version(),
                trace == null ? "" : trace,
                story.revision());
    }
}
