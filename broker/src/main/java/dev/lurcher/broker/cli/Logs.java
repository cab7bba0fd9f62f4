package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.http.ExchangeLog;
import dev.lurcher.broker.http.ExchangeRecord;
import dev.lurcher.broker.telemetry.AccessFilter;
import dev.lurcher.broker.telemetry.AccessFormat;
import dev.lurcher.broker.telemetry.AccessLog;
import dev.lurcher.broker.telemetry.AccessStyle;
import dev.lurcher.broker.telemetry.ErrorLog;
import dev.lurcher.broker.telemetry.TelemetryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The logs of a server: its error log, and its access log where that is not switched off.
 * <p>Thread: any; those that open, change and close wait for each other.
 */
final class Logs implements ExchangeLog, AutoCloseable {
    private ErrorLog errors;
    private String errorFile;
    private @Nullable Access present;
    private volatile @Nullable AccessLog access;

    /** What an access log depends on. */
    private record Access(String file, AccessStyle style) {
        static @Nullable Access of(Configuration configuration) {
            Server server = configuration.server();
            Settings settings = configuration.settings();
            if (settings.flag(Setting.DISABLE_ACCESS_LOGGING)) {
                return null;
            }
            return new Access(
                    Logs.file(server, server.accessLog()),
                    new AccessStyle(
                            AccessFormat.of(settings.text(Setting.ACCESS_LOG_FORMAT)),
                            settings.text(Setting.ACCESS_LOG_PATTERN),
                            AccessFilter.of(
                                    settings.text(Setting.ACCESS_LOG_STATUS),
                                    settings.duration(Setting.ACCESS_LOG_SLOW)),
                            server.name()));
        }

        AccessLog open() {
            return AccessLog.open(file, style);
        }
    }

    private Logs(Configuration configuration) {
        Server server = configuration.server();
        errorFile = file(server, server.errorLog());
        errors = ErrorLog.open(errorFile, server.errorLogLevel());
        try {
            present = Access.of(configuration);
            access = present == null ? null : present.open();
        } catch (RuntimeException e) {
            errors.close();
            throw e;
        }
    }

    /**
     * Opens the logs that the configuration names.
     *
     * @throws StartException where the folder of one cannot be made
     * @throws TelemetryException where one cannot be opened
     */
    static Logs open(Configuration configuration) {
        return new Logs(configuration);
    }

    /**
     * Goes over to the logs of another configuration, and opens anew those that are the same. One that cannot be opened leaves the
     * former in use.
     *
     * @param problems takes what did not work
     * @return what closes the former access log, once nobody is about to write to it
     */
    synchronized Runnable adopt(Configuration next, List<String> problems) {
        attempt(problems, () -> adoptErrors(next.server()));
        AccessLog former = access;
        attempt(problems, () -> adoptAccess(Access.of(next)));
        return former == null || former == access ? () -> {} : former::close;
    }

    private void adoptErrors(Server server) {
        String file = file(server, server.errorLog());
        if (file.equals(errorFile)) {
            errors.reopen();
            errors.setLevel(server.errorLogLevel());
        } else {
            errors = ErrorLog.open(file, server.errorLogLevel());
            errorFile = file;
        }
    }

    private void adoptAccess(@Nullable Access wanted) {
        if (wanted != null && wanted.equals(present)) {
            reopenAccess();
        } else {
            access = wanted == null ? null : wanted.open();
            present = wanted;
        }
    }

    /**
     * Opens both files anew, for rotation.
     *
     * @throws TelemetryException CANNOT_OPEN; the old file stays in use
     */
    synchronized void reopen() {
        errors.reopen();
        reopenAccess();
    }

    private void reopenAccess() {
        AccessLog log = access;
        if (log != null) {
            try {
                log.reopen().toCompletableFuture().join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof TelemetryException refused ? refused : e;
            }
        }
    }

    private static void attempt(List<String> problems, Runnable step) {
        try {
            step.run();
        } catch (TelemetryException | StartException e) {
            problems.add(e.getMessage() + "; the log in use before stays so");
        }
    }

    /** Where a log goes; its folder is made. */
    static String file(Server server, String path) {
        Path located = server.located(path);
        Path folder = located.toAbsolutePath().getParent();
        try {
            if (folder != null && !Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new StartException("the folder " + folder + " of the log " + path + " cannot be made: "
                    + WriteFault.of(e) + ". Fix: correct the path in table server, or make the folder.");
        }
        return located.toString();
    }

    @Override
    public void onEnd(ExchangeRecord record) {
        AccessLog log = access;
        if (log != null) {
            log.write(record);
        }
    }

    @Override
    public long droppedLines() {
        AccessLog log = access;
        return log == null ? 0 : log.dropped();
    }

    @Override
    public long failedWrites() {
        AccessLog log = access;
        return log == null ? 0 : log.failures();
    }

    @Override
    public synchronized void close() {
        AccessLog log = access;
        if (log != null) {
            log.close();
        }
        errors.close();
    }
}
