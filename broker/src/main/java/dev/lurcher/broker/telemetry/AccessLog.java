package dev.lurcher.broker.telemetry;

import dev.lurcher.broker.telemetry.AccessFormat.LineFormat;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The access log: one line for each exchange.
 * <p>Thread: {@link #write} may be called by any thread that lives long, that is by event loops: each has a ring of 2 MiB of its
 * own until the log is closed. It never waits; a line for which the ring has no room is dropped and counted. One thread writes
 * the lines of all rings; lines of different loops may change places by some milliseconds.
 */
public final class AccessLog implements AutoCloseable {
    private static final int LANE_BYTES = 2 << 20;

    /** Longer lines are dropped; the longest that the bounds of the values allow is much shorter. */
    private static final int MOST_LINE_BYTES = 256 * 1024;

    private static final long CLOSE_MILLIS = 2_000;

    /** What one thread needs to write lines. */
    private record Desk(LineFormat format, Line line, Lane lane) {}

    private final LogWriter writer;
    private final LongSupplier epochMillis;
    private final ThreadLocal<Desk> desks;
    private final AccessFilter filter;
    private volatile boolean closed;

    AccessLog(String target, AccessStyle style, int laneBytes, LongSupplier epochMillis) {
        style.lines(); // says what is wrong with a pattern
        this.filter = style.filter();
        this.writer = new LogWriter(target);
        this.epochMillis = epochMillis;
        this.desks = ThreadLocal.withInitial(() -> {
            Desk desk = new Desk(style.lines(), new Line(), new Lane(laneBytes));
            writer.add(desk.lane());
            return desk;
        });
        writer.start();
    }

    /**
     * Opens a log.
     *
     * @param target a file, which is appended to; {@code -} and {@code /dev/stdout} are standard output, {@code /dev/stderr} is
     *     standard error
     * @throws TelemetryException CANNOT_OPEN or BAD_PATTERN, with the reason and what to do
     */
    public static AccessLog open(String target, AccessStyle style) {
        return new AccessLog(target, style, LANE_BYTES, System::currentTimeMillis);
    }

    /** Logs an exchange that ends now, if it is one of those that are wanted. Does not keep the object. */
    public void write(LoggedExchange exchange) {
        if (closed) {
            writer.dropped().increment();
            return;
        }
        if (!filter.wants(exchange)) {
            return;
        }
        Desk desk = desks.get();
        Line line = desk.line();
        desk.format().write(exchange, epochMillis.getAsLong() - exchange.durationMicros() / 1000, line);
        if (line.length() > MOST_LINE_BYTES || !desk.lane().offer(line)) {
            writer.dropped().increment();
            return;
        }
        writer.onLine(desk.lane());
    }

    /**
     * Opens the file anew, for rotation: move the file away, then call this. No line is lost or divided; the lines of the last
     * milliseconds before the call may be in either file. Any thread.
     *
     * @return completed when nothing is written to the old file any more; completed exceptionally with a
     *     {@link TelemetryException} when the file cannot be opened: the old one stays in use then
     */
    public CompletionStage<Void> reopen() {
        return writer.reopen();
    }

    /** How many lines were lost: no room in the ring, or after the log was closed. */
    public long dropped() {
        return writer.dropped().sum();
    }

    /** How many writes to the file failed. They are tried again. */
    public long failures() {
        return writer.failures().sum();
    }

    /** Writes what was logged before, for two seconds at most, and closes the file. */
    @Override
    public void close() {
        closed = true;
        writer.close(CLOSE_MILLIS);
    }
}
