package dev.lurcher.broker.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lines by a pattern of somebody's own. */
final class PatternLines implements AccessFormat.LineFormat {
    private final SecondText time = new SecondText("yyyy-MM-dd'T'HH:mm:ss");
    private final SecondText apacheTime = new SecondText("dd/MMM/yyyy:HH:mm:ss' +0000'");
    private final List<LinePattern.Part> parts;
    private final byte[] server;

    PatternLines(LinePattern pattern, String server) {
        parts = pattern.parts();
        Line text = new Line();
        text.text(server.isEmpty() ? "-" : server);
        this.server = new String(text.array(), text.start(), text.length(), StandardCharsets.UTF_8)
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void write(LoggedExchange exchange, long startMillis, Line line) {
        line.restart(0);
        for (int i = 0; i < parts.size(); i++) {
            LinePattern.Part part = parts.get(i);
            line.bytes(part.text());
            LinePattern.Name name = part.name();
            if (name != null) {
                write(name, exchange, startMillis, line);
            }
        }
        line.octet('\n');
    }

    /** Nothing but what each name stands for. */
    private void write(LinePattern.Name name, LoggedExchange exchange, long startMillis, Line line) {
        switch (name) {
            case TIME -> time(startMillis, line);
            case APACHE_TIME -> line.bytes(apacheTime.of(startMillis));
            case EPOCH -> line.decimal(startMillis / 1000);
            case SERVER -> line.bytes(server);
            case HOST -> text(exchange.host(), line);
            case ROUTE -> text(exchange.route(), line);
            case HANDLER -> text(exchange.handler(), line);
            case WORKER -> text(exchange.worker(), line);
            case TRIES -> line.decimal(exchange.tries());
            case REMOTE -> text(exchange.remoteAddress(), line);
            case PORT -> line.decimal(exchange.remotePort());
            case METHOD -> text(exchange.method(), line);
            case PATH -> text(exchange.path(), line);
            case QUERY -> text(exchange.query(), line);
            case URI -> uri(exchange, line);
            case VERSION -> text(exchange.version(), line);
            case REFERER -> text(exchange.referer(), line);
            case USER_AGENT -> text(exchange.userAgent(), line);
            case STATUS -> line.decimal(exchange.status());
            case BYTES -> line.decimal(exchange.bytesSent());
            case DURATION_US -> line.decimal(exchange.durationMicros());
            case DURATION_S -> seconds(exchange.durationMicros(), line);
            case QUEUE_US -> line.decimal(exchange.queueMicros());
            case CONNECTION -> line.decimal(exchange.connectionId());
            case REQUEST -> line.hex(exchange.requestId());
            case TRACE -> text(exchange.traceParent(), line);
            case REASON -> text(exchange.reason(), line);
        }
    }

    private void time(long startMillis, Line line) {
        line.bytes(time.of(startMillis));
        line.octet('.');
        line.threeDigits(Math.floorMod(startMillis, 1000L));
        line.octet('Z');
    }

    private static void seconds(long micros, Line line) {
        line.decimal(micros / 1_000_000);
        line.octet('.');
        line.sixDigits(micros);
    }

    private static void uri(LoggedExchange exchange, Line line) {
        text(exchange.path(), line);
        String query = exchange.query();
        if (query != null) {
            line.octet('?');
            line.quotable(query);
        }
    }

    private static void text(@Nullable String value, Line line) {
        line.quotable(AccessFormat.LineFormat.orDash(value));
    }
}
