package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.WorkerException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;

class CurveKeysTest {
    private static final ZMQ.Curve.KeyPair BROKER = ZMQ.Curve.generateKeyPair();
    private static final ZMQ.Curve.KeyPair WORKER = ZMQ.Curve.generateKeyPair();
    private static final CurveKeys KEYS = CurveKeys.of(BROKER.publicKey, WORKER.publicKey, WORKER.secretKey);
    private static final Endpoints ENDPOINTS = new Endpoints("tcp://a:1", "tcp://a:2", "S");

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Path broker() throws IOException {
        return file("b.key", "metadata\ncurve\n    public-key = \"" + BROKER.publicKey + "\"\n");
    }

    private Path worker() throws IOException {
        return file(
                "w.key_secret",
                "# w\nmetadata\ncurve\n    public-key = \"%s\"\n    secret-key = \"%s\"\n"
                        .formatted(WORKER.publicKey, WORKER.secretKey));
    }

    @Test
    void areReadFromTheFilesOfKeygen() throws IOException {
        assertEquals(KEYS, CurveKeys.read(broker(), worker()));
    }

    @Test
    void belongToTheEndpointsOfABroker() {
        assertEquals(KEYS, ENDPOINTS.withCurve(KEYS).curve());
        assertNotEquals(ENDPOINTS, ENDPOINTS.withCurve(KEYS));
        assertFalse(ENDPOINTS.withCurve(KEYS).toString().contains(WORKER.secretKey), "no secret is shown");
        assertTrue(ENDPOINTS.withCurve(KEYS).toString().contains(WORKER.publicKey));
    }

    @Test
    void areTakenFromArgumentsAndTheEnvironment() throws IOException {
        String[] direct = {"--send", "tcp://a:1", "--recv", "tcp://a:2", "--sender", "S"};
        Map<String, String> environment =
                Map.of("LURCHER_CURVE_SERVER", broker().toString(), "LURCHER_CURVE_KEY", worker().toString());
        assertEquals(
                ENDPOINTS.withCurve(KEYS),
                WorkerArguments.read(environment, direct).brokers().get(0));
        String[] with = {
            "--send",
            "tcp://a:1",
            "--recv",
            "tcp://a:2",
            "--sender",
            "S",
            "--curve-server",
            broker().toString(),
            "--curve-key",
            worker().toString()
        };
        assertEquals(
                ENDPOINTS.withCurve(KEYS),
                WorkerArguments.read(Map.of(), with).brokers().get(0));
    }

    @Test
    void oneOptionNeedsTheOther() throws IOException {
        String[] half = {
            "--send", "tcp://a:1", "--recv", "tcp://a:2", "--sender", "S", "--curve-key", worker().toString()
        };
        WorkerException refusal = assertThrows(
                WorkerException.class,
                () -> WorkerArguments.read(Map.of(), half).brokers().get(0));
        assertEquals(Code.BAD_ARGUMENTS, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("--curve-server is missing"), refusal.getMessage());
    }

    @Test
    void saysWhatIsWrongAndShowsNoKey() throws IOException {
        Path broker = broker();
        Path worker = worker();
        assertBad("cannot be read", () -> CurveKeys.read(broker, folder.resolve("missing")));
        assertBad("has no secret-key", () -> CurveKeys.read(broker, broker));
        Path broken = file("broken", "secret-key = \"short\"\npublic-key = \"" + WORKER.publicKey + "\"\n");
        assertBad("the worker's secret key is not 40 characters", () -> CurveKeys.read(broker, broken));
        String odd = WORKER.secretKey.substring(1) + "'";
        assertBad("secret key", () -> CurveKeys.of(BROKER.publicKey, WORKER.publicKey, odd));
        assertBad("broker's public key", () -> CurveKeys.of("", WORKER.publicKey, WORKER.secretKey));
        assertEquals(KEYS, CurveKeys.read(broker, worker));
    }

    private static void assertBad(String what, Runnable reading) {
        WorkerException refusal = assertThrows(WorkerException.class, reading::run);
        assertEquals(Code.BAD_KEY, refusal.code());
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.contains(what), message);
        assertFalse(message.contains(WORKER.secretKey.substring(1)), message);
    }
}
