package dev.lurcher.broker.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The error log: where SLF4J's loggers write. One for the process; {@link #open} takes the place of what was configured before,
 * without reading any configuration file.
 * <p>Lines look as Mongrel2's, {@code Sat, 21 Nov 2026 08:13:13 GMT [INFO] (logger) text}; controls in messages are written as
 * {@code \xHH}, so that text from outside cannot begin a line.
 * <p>Thread: any. A line is written by the thread that logs it: this log is for what is rare. What repeats at the rate of
 * requests belongs into the counters, with one line a second at most.
 */
public final class ErrorLog implements AutoCloseable {
    private static final List<Level> LEVELS = List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG);

    /** Ours; libraries say no more than INFO whatever the level. */
    private static final String OWN_LOGGERS = "dev.lurcher";

    private final LoggerContext context;
    private final LineAppender appender;

    private ErrorLog(LoggerContext context, LineAppender appender) {
        this.context = context;
        this.appender = appender;
    }

    /**
     * Sends all loggers to a file or stream.
     *
     * @param target as for {@link AccessLog#open}; the empty string is standard error
     * @param level 0 error, 1 warnings as well, 2 information as well, 3 everything; more counts as 3, less as 0
     * @throws TelemetryException CANNOT_OPEN, with the reason and what to do; the loggers write where they did before
     */
    public static ErrorLog open(String target, int level) {
        return open((LoggerContext) LoggerFactory.getILoggerFactory(), target, level);
    }

    static ErrorLog open(LoggerContext context, String target, int level) {
        LineAppender appender = new LineAppender(target.isEmpty() ? "/dev/stderr" : target);
        install(context, appender, level);
        return new ErrorLog(context, appender);
    }

    static void install(LoggerContext context, LineAppender appender, int level) {
        context.reset();
        appender.setContext(context);
        appender.start();
        setLevel(context, level);
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private static void setLevel(LoggerContext context, int level) {
        Level wanted = LEVELS.get(Math.clamp(level, 0, LEVELS.size() - 1));
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(wanted == Level.DEBUG ? Level.INFO : wanted);
        context.getLogger(OWN_LOGGERS).setLevel(wanted);
    }

    /** Sets the level, as in {@link #open}. */
    public void setLevel(int level) {
        setLevel(context, level);
    }

    /**
     * Opens the file anew, for rotation: move the file away, then call this. No line is lost or divided.
     *
     * @throws TelemetryException CANNOT_OPEN; the old file stays in use
     */
    public void reopen() {
        appender.reopen();
    }

    /** How many lines could not be written. */
    public long failures() {
        return appender.failures();
    }

    /** Closes the file; what is logged afterwards goes to standard error, from warnings upwards. */
    @Override
    public void close() {
        install(context, new LineAppender("/dev/stderr"), 1);
    }
}
