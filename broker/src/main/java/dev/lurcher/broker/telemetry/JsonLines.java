package dev.lurcher.broker.telemetry;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One JSON object a line; what is not known is null. */
final class JsonLines implements AccessFormat.LineFormat {
    private static final byte[] TIME = key("{\"time\":\"");
    private static final byte[] HOST = key(",\"host\":");
    private static final byte[] ROUTE = key(",\"route\":");
    private static final byte[] REMOTE = key(",\"remote\":");
    private static final byte[] METHOD = key(",\"method\":");
    private static final byte[] PATH = key(",\"path\":");
    private static final byte[] QUERY = key(",\"query\":");
    private static final byte[] VERSION = key(",\"version\":");
    private static final byte[] STATUS = key(",\"status\":");
    private static final byte[] BYTES = key(",\"bytes\":");
    private static final byte[] DURATION = key(",\"duration_us\":");
    private static final byte[] QUEUE = key(",\"queue_us\":");
    private static final byte[] HANDLER = key(",\"handler\":");
    private static final byte[] CONNECTION = key(",\"connection\":");
    private static final byte[] REQUEST = key(",\"request\":\"");
    private static final byte[] REASON = key("\",\"reason\":");

    private final SecondText time = new SecondText("yyyy-MM-dd'T'HH:mm:ss");
    private final byte[] server;

    JsonLines(String server) {
        Line quoted = new Line();
        quoted.json(server);
        String text = new String(quoted.array(), quoted.start(), quoted.length(), StandardCharsets.UTF_8);
        this.server = key("Z\",\"server\":" + text);
    }

    @Override
    public void write(LoggedExchange exchange, long startMillis, Line line) {
        line.restart(0);
        line.bytes(TIME);
        line.bytes(time.of(startMillis));
        line.octet('.');
        line.threeDigits(Math.floorMod(startMillis, 1000L));
        line.bytes(server);
        text(line, HOST, exchange.host());
        text(line, ROUTE, exchange.route());
        text(line, REMOTE, exchange.remoteAddress());
        text(line, METHOD, exchange.method());
        text(line, PATH, exchange.path());
        query(line, exchange.query());
        text(line, VERSION, exchange.version());
        number(line, STATUS, exchange.status());
        number(line, BYTES, exchange.bytesSent());
        number(line, DURATION, exchange.durationMicros());
        number(line, QUEUE, exchange.queueMicros());
        text(line, HANDLER, exchange.handler());
        number(line, CONNECTION, exchange.connectionId());
        line.bytes(REQUEST);
        line.hex(exchange.requestId());
        text(line, REASON, exchange.reason());
        line.octet('}');
        line.octet('\n');
    }

    private static void text(Line line, byte[] key, String value) {
        line.bytes(key);
        if (value.isEmpty()) {
            line.ascii("null");
        } else {
            line.json(value);
        }
    }

    /** A query may be there and empty. */
    private static void query(Line line, @Nullable String query) {
        line.bytes(QUERY);
        if (query == null) {
            line.ascii("null");
        } else {
            line.json(query);
        }
    }

    private static void number(Line line, byte[] key, long value) {
        line.bytes(key);
        line.decimal(value);
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
