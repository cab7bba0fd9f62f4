package dev.lurcher.broker.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lurcher.broker.telemetry.RequestStory;
import dev.lurcher.protocol.WorkerControl.Hello;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What became of a request, as JSON. Keys stay the same from version to version; new ones may be added. */
public final class Why {
    private static final int ID_DIGITS = 16;

    private Why() {}

    /** The number that the sixteen hexadecimal digits of a request's id mean; empty for anything else. */
    public static OptionalLong id(String text) {
        return text.length() == ID_DIGITS && text.chars().allMatch(c -> HexFormat.isHexDigit(c))
                ? OptionalLong.of(HexFormat.fromHexDigitsToLong(text))
                : OptionalLong.empty();
    }

    /** The story; what is not known is null. */
    public static ObjectNode json(RequestStory story) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("request", HexFormat.of().toHexDigits(story.requestId()));
        json.put("time", story.began().toString());
        json.put("revision", story.revision());
        json.put("remote", story.remote());
        text(json, "method", story.asked().method());
        text(json, "path", story.asked().path());
        text(json, "version", story.asked().version());
        text(json, "traceparent", story.asked().traceParent());
        text(json, "host", story.way().host());
        row(json, "host_row", story.way().hostRow());
        text(json, "matching", story.way().matching());
        text(json, "route", story.way().route());
        row(json, "route_row", story.way().routeRow());
        text(json, "target", story.way().target());
        json.put("queue_us", story.times().queue());
        json.put("duration_us", story.times().whole());
        json.put("attempts", story.worker().tries());
        text(json, "lost_workers", story.worker().earlier());
        json.set("worker", worker(story.worker()));
        row(json, "connection", story.worker().connectionId());
        json.put("status", story.answer().status());
        json.put("bytes", story.answer().bytes());
        json.put("outcome", story.answer().outcome());
        text(json, "reason", story.answer().reason());
        return json;
    }

    private static @Nullable ObjectNode worker(RequestStory.Worker worker) {
        Hello hello = worker.hello();
        if (worker.name().isEmpty()) {
            return null;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("name", worker.name());
        if (hello != null) {
            text(json, "host", hello.host());
            row(json, "pid", hello.pid());
            text(json, "application", hello.application());
            text(json, "version", hello.version());
            text(json, "language", hello.language());
        }
        return json;
    }

    private static void text(ObjectNode json, String key, @Nullable String value) {
        json.put(key, value == null || value.isEmpty() ? null : value);
    }

    private static void row(ObjectNode json, String key, long number) {
        json.put(key, number == 0 ? null : number);
    }
}
