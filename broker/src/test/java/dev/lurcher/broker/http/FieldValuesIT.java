package dev.lurcher.broker.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.testing.BrokerHarness;
import dev.lurcher.broker.testing.RawClient;
import dev.lurcher.broker.testing.ScriptedWorker;
import dev.lurcher.protocol.HeaderFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of field values that are more than text, from the client to the worker. */
class FieldValuesIT {
    /** The example of docs/protocol.md. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"JSON | \"x\":\"x\\u0009y\u00c3\u00bf\",", "TNETSTRING | 1:x,4:x\ty\u00ff,"})
    void aTabAndLatin1ReachTheWorker(HeaderFormat format, String written) throws Exception {
        try (BrokerHarness broker = BrokerHarness.builder()
                        .format(format)
                        .handler("/", "hello")
                        .start();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("GET /j HTTP/1.1\r\nHost: localhost\r\nX: x\ty\u00ff\r\n\r\n");

            String message = worker.takeRaw();
            assertTrue(message.contains(written), message);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x01, 0x08, 0x0b, 0x0c, 0x1b, 0x1f, 0x7f})
    void otherControlBytesReachNobody(int control) throws Exception {
        try (BrokerHarness broker = BrokerHarness.simple();
                ScriptedWorker worker = broker.worker("hello");
                RawClient client = broker.client()) {
            client.send("GET /j HTTP/1.1\r\nHost: localhost\r\nX: x" + (char) control + "y\r\n\r\n");

            String answer = client.untilEnd();
            assertEquals("HTTP/1.1 400 Bad Request", answer.lines().findFirst().orElseThrow());
            assertTrue(worker.hearsNothing(20));
        }
    }
}
