package dev.lurcher.broker.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes log events as lines. One that cannot be written is counted and lost; the next one is tried again.
 * <p>Thread: any; one line at a time, guarded by this object's monitor, which {@code AppenderBase} holds already.
 */
final class LineAppender extends AppenderBase<ILoggingEvent> {
    private final String target;
    private final SecondText time = new SecondText("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    private final Line line = new Line();
    private final LongAdder failures = new LongAdder();
    private LogFile file;

    /**
     * Opens the file.
     *
     * @param target as for {@link LogFile#open}
     * @throws TelemetryException CANNOT_OPEN
     */
    LineAppender(String target) {
        this.target = target;
        this.file = LogFile.open(target, "error log");
    }

    long failures() {
        return failures.sum();
    }

    /** As {@link ErrorLog#reopen}. */
    synchronized void reopen() {
        LogFile next = LogFile.open(target, "error log");
        close();
        file = next;
    }

    @Override
    protected synchronized void append(ILoggingEvent event) {
        line.restart(0);
        line.bytes(time.of(event.getTimeStamp()));
        line.ascii(" [");
        line.ascii(level(event.getLevel()));
        line.ascii("] (");
        line.text(shortName(event.getLoggerName()));
        line.ascii(") ");
        line.text(event.getFormattedMessage());
        line.octet('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            ThrowableProxyUtil.asString(thrown).lines().forEach(this::indented);
        }
        write(ByteBuffer.wrap(line.array(), line.start(), line.length()));
    }

    /** The lines of a stack trace begin with spaces: what stands in them cannot pass for a line of its own. */
    private void indented(String traceLine) {
        line.ascii("    ");
        line.text(traceLine.replace("\t", "    "));
        line.octet('\n');
    }

    private void write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            failures.increment(); // there is no other place to say it
        }
    }

    @Override
    public synchronized void stop() {
        super.stop();
        close();
    }

    private void close() {
        try {
            file.close();
        } catch (IOException e) {
            failures.increment();
        }
    }

    private static String level(Level level) {
        return level.isGreaterOrEqual(Level.INFO) ? level.levelStr : "DEBUG";
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
