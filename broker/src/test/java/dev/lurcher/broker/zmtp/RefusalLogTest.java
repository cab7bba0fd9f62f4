package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);
    private final RefusalLog log = new RefusalLog(LoggerFactory.getLogger(ZmtpListener.class), clock::get);
    private final Endpoint endpoint = Endpoint.parse("tcp://*:9997");

    @Test
    void logsOneLineASecondAndNamesHowManyWereLeftOut() {
        try (LogLines lines = new LogLines()) {
            log.warn(endpoint, "first");
            for (int i = 0; i < 1000; i++) {
                log.warn(endpoint, "suppressed");
            }
            clock.addAndGet(999_999_999);
            log.warn(endpoint, "suppressed");
            clock.addAndGet(1);
            log.warn(endpoint, "second");
            clock.addAndGet(5_000_000_000L);
            log.warn(endpoint, "third");
            assertEquals(
                    List.of(
                            "WARN tcp://*:9997: first",
                            "WARN tcp://*:9997: second (1001 more since the last such line were not logged)",
                            "WARN tcp://*:9997: third"),
                    lines.lines());
        }
    }
}
