package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.testing.FakeBroker;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Collects what the library logs. */
final class LogCapture extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("dev.lurcher.worker");
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    LogCapture() {
        setFormatter(new SimpleFormatter());
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    /** Waits for a line that contains a text; lines before it are passed over. */
    void await(String text) throws InterruptedException {
        StringBuilder passed = new StringBuilder();
        String line = lines.poll(FakeBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        while (line != null && !line.contains(text)) {
            passed.append('\n').append(line);
            line = lines.poll(FakeBroker.DEADLINE.toSeconds(), TimeUnit.SECONDS);
        }
        assertTrue(line != null, () -> "not logged: " + text + passed);
    }

    @Override
    public void publish(LogRecord logged) {
        lines.add(logged.getLevel() + " " + getFormatter().formatMessage(logged));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
