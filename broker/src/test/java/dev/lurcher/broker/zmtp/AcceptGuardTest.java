package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.zmtp.ZmtpCounters.Event;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AcceptGuardTest {
    @Test
    void pausesAndGoesOnWhenNothingCanBeAccepted() {
        ZmtpCounters counters = new ZmtpCounters();
        RefusalLog log = new RefusalLog(LoggerFactory.getLogger(ZmtpListener.class), () -> 0);
        EmbeddedChannel server =
                new EmbeddedChannel(new AcceptGuard(Endpoint.parse("tcp://127.0.0.1:9997"), counters, log));
        server.freezeTime();
        try (LogLines lines = new LogLines()) {
            for (int round = 1; round <= 3; round++) {
                server.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
                server.pipeline().fireExceptionCaught(new IOException("accept(..) failed: Too many open files"));
                assertFalse(server.config().isAutoRead());
                server.advanceTimeBy(AcceptGuard.PAUSE_MILLIS - 1, TimeUnit.MILLISECONDS);
                server.runScheduledPendingTasks();
                assertFalse(server.config().isAutoRead());
                server.advanceTimeBy(1, TimeUnit.MILLISECONDS);
                server.runScheduledPendingTasks();
                assertTrue(server.config().isAutoRead());
                assertTrue(server.isOpen());
                assertEquals(2L * round, counters.count(Event.ACCEPT_ERROR));
            }
            assertEquals(
                    List.of("WARN tcp://127.0.0.1:9997: a connection could not be accepted, trying again:"
                            + " java.io.IOException: accept(..) failed: Too many open files"),
                    lines.lines());
        }
        server.finishAndReleaseAll();
    }
}
