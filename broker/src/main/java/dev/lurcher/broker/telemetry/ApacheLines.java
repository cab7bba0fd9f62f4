package dev.lurcher.broker.telemetry;

import org.jspecify.annotations.Nullable;

/** Apache's common format, or its combined one with the duration behind it. */
final class ApacheLines implements AccessFormat.LineFormat {
    private final SecondText time = new SecondText("dd/MMM/yyyy:HH:mm:ss' +0000'");
    private final boolean combined;

    ApacheLines(boolean combined) {
        this.combined = combined;
    }

    @Override
    public void write(LoggedExchange exchange, long startMillis, Line line) {
        line.restart(0);
        line.quotable(AccessFormat.LineFormat.orDash(exchange.remoteAddress()));
        line.ascii(" - - [");
        line.bytes(time.of(startMillis));
        line.ascii("] \"");
        request(exchange, line);
        line.ascii("\" ");
        line.decimal(exchange.status());
        line.octet(' ');
        line.decimal(exchange.bytesSent());
        if (combined) {
            quoted(line, exchange.referer());
            quoted(line, exchange.userAgent());
            line.octet(' ');
            line.decimal(exchange.durationMicros() / 1_000_000);
            line.octet('.');
            line.sixDigits(exchange.durationMicros());
        }
        line.octet('\n');
    }

    private static void request(LoggedExchange exchange, Line line) {
        if (exchange.method().isEmpty()) {
            line.octet('-'); // nothing that could be read as a request
            return;
        }
        line.quotable(exchange.method());
        line.octet(' ');
        line.quotable(exchange.path());
        String query = exchange.query();
        if (query != null) {
            line.octet('?');
            line.quotable(query);
        }
        line.octet(' ');
        line.quotable(exchange.version());
    }

    private static void quoted(Line line, @Nullable String value) {
        line.ascii(" \"");
        line.quotable(AccessFormat.LineFormat.orDash(value));
        line.octet('"');
    }
}
