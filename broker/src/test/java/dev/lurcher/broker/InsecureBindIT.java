package dev.lurcher.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.testing.BrokerHarness;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class InsecureBindIT {
    private static BrokerHarness.Builder everywhere() {
        return BrokerHarness.builder().workersHost("*").handler("/", "hello");
    }

    @Test
    void isRefusedByTheBrokerItself() {
        StartException refused =
                assertThrows(StartException.class, () -> everywhere().start());

        String message = String.valueOf(refused.getMessage());
        assertTrue(
                message.startsWith("handler row 1, recv_spec: endpoint tcp://*:0 can be reached by other machines"),
                message);
        assertTrue(message.contains("Fix: bind it to 127.0.0.1"), message);
    }

    @Test
    void isAWarningAtEachStartWhereItIsAllowed() {
        Logger logger = (Logger) LoggerFactory.getLogger(HandlerEndpoints.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try (BrokerHarness broker =
                everywhere().with(Setting.INSECURE_BIND, "1").start()) {
            assertEquals(2, broker.broker().endpoints().size());
        } finally {
            logger.detachAppender(lines);
        }
        List<String> said = lines.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
        assertEquals(2, said.size(), said::toString);
        for (String line : said) {
            assertTrue(
                    line.startsWith("WARN ") && line.contains(" endpoint tcp://*:0 can be reached by other machines"),
                    line);
        }
    }
}
