package dev.lurcher.broker.telemetry;

/** Mongrel2's format. */
final class MongrelLines implements AccessFormat.LineFormat {
    /** For the length of the list and its colon. */
    private static final int GAP = 12;

    @Override
    public void write(LoggedExchange exchange, long startMillis, Line line) {
        line.restart(GAP);
        line.netstring(exchange.host());
        line.netstring(exchange.remoteAddress());
        number(line, exchange.remotePort());
        number(line, startMillis / 1000);
        line.netstring(exchange.method());
        line.netstring(exchange.path());
        line.netstring(exchange.version());
        number(line, exchange.status());
        number(line, exchange.bytesSent());
        line.prependDecimal(line.length());
        line.octet(']');
        line.octet('\n');
    }

    private static void number(Line line, long value) {
        line.decimal(Line.digits(value));
        line.octet(':');
        line.decimal(value);
        line.octet('#');
    }
}
