package dev.lurcher.broker.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks now and then whether the files have changed, and has them read again once they no longer do: who replaces a certificate
 * writes two files one after the other.
 * <p>Asks the file system rather than being told: that sees what lies behind links, and works on every file system.
 * <p>Thread: one of its own.
 */
final class CertificateWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateWatch.class);
    private static final ThreadFactory THREADS =
            Thread.ofPlatform().name("certificates").daemon().factory();

    private final Certificates certificates;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(THREADS);
    private @Nullable ScheduledFuture<?> looking;
    private Duration each = Duration.ZERO;

    /** What was seen before the last reading; nothing at first, for nobody knows what has changed since the very first one. */
    private Map<Path, Object> read = Map.of();

    /** What was seen last. */
    private Map<Path, Object> seen = Map.of();

    CertificateWatch(Certificates certificates) {
        this.certificates = certificates;
    }

    /** Looks from now on as often as this; zero: not at all. */
    synchronized void start(Duration every) {
        if (every.equals(each)) {
            return;
        }
        each = every;
        if (looking != null) {
            looking.cancel(false);
            looking = null;
        }
        if (!every.isZero()) {
            looking =
                    timer.scheduleWithFixedDelay(this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        try {
            TlsSettings settings = certificates.settings();
            Map<Path, Object> now = new CertificateFolder(settings.folder()).state(settings.authorities());
            boolean settled = now.equals(seen);
            seen = now;
            if (settled && !now.equals(read)) {
                read = now;
                certificates.reload();
            }
        } catch (RuntimeException e) {
            LOG.error("certificates could not be looked at", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
