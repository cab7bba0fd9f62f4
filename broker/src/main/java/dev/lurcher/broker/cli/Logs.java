package dev.lurcher.broker.cli;

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
import dev.lurcher.broker.telemetry.TelemetryException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The access log of a server, or none where it is switched off. Any thread. */
final class Logs implements ExchangeLog, AutoCloseable {
    private static final int MOST_WAIT_SECONDS = 5;

    private final @Nullable AccessLog access;

    private Logs(@Nullable AccessLog access) {
        this.access = access;
    }

    /** Opens the log that the configuration names. */
    static Logs open(Configuration configuration) {
        Server server = configuration.server();
        if (configuration.settings().flag(Setting.DISABLE_ACCESS_LOGGING)) {
            return new Logs(null);
        }
        String file = RunCommand.log(server, server.accessLog());
        return new Logs(AccessLog.open(file, style(configuration)));
    }

    private static AccessStyle style(Configuration configuration) {
        Settings settings = configuration.settings();
        return new AccessStyle(
                AccessFormat.of(settings.text(Setting.ACCESS_LOG_FORMAT)),
                settings.text(Setting.ACCESS_LOG_PATTERN),
                AccessFilter.of(settings.text(Setting.ACCESS_LOG_STATUS), settings.duration(Setting.ACCESS_LOG_SLOW)),
                configuration.server().name());
    }

    /**
     * Opens the file anew. Waits until nothing is written to the old one, for five seconds at most.
     *
     * @throws TelemetryException CANNOT_OPEN; the old file stays in use
     */
    void reopen() {
        if (access == null) {
            return;
        }
        try {
            access.reopen()
                    .toCompletableFuture()
                    .orTimeout(MOST_WAIT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof TelemetryException refused ? refused : e;
        }
    }

    @Override
    public void onEnd(ExchangeRecord record) {
        if (access != null) {
            access.write(record);
        }
    }

    @Override
    public long droppedLines() {
        return access == null ? 0 : access.dropped();
    }

    @Override
    public long failedWrites() {
        return access == null ? 0 : access.failures();
    }

    @Override
    public void close() {
        if (access != null) {
            access.close();
        }
    }
}
