package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.worker.WorkerException.Code;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerArgumentsTest {
    private static final Endpoints EXPECTED = new Endpoints("tcp://a:1", "tcp://a:2", "S");
    private static final Map<String, String> NOTHING = Map.of();

    @Test
    void takesArguments() {
        assertEquals(EXPECTED, endpoints(NOTHING, "--send tcp://a:1 --recv tcp://a:2 --sender S"));
    }

    @Test
    void takesTheEnvironment() {
        Map<String, String> environment =
                Map.of("LURCHER_SEND", "tcp://a:1", "LURCHER_RECV", "tcp://a:2", "LURCHER_SENDER", "S", "PATH", "/bin");
        assertEquals(EXPECTED, endpoints(environment, ""));
    }

    @Test
    void argumentsGoBeforeTheEnvironment() {
        Map<String, String> environment =
                Map.of("LURCHER_SEND", "tcp://b:9", "LURCHER_RECV", "tcp://a:2", "LURCHER_SENDER", "S");
        assertEquals(EXPECTED, endpoints(environment, "--send tcp://a:1"));
        assertEquals(
                Code.BAD_DATABASE,
                refusal(environment, "--config missing.sqlite --handler hello").code());
    }

    @Test
    void readsTheDatabaseThatIsNamed() {
        WorkerException refusal = refusal(NOTHING, "--config missing.sqlite --handler hello");
        assertEquals(Code.BAD_DATABASE, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("missing.sqlite"));
        Map<String, String> environment = Map.of("LURCHER_CONFIG", "gone.sqlite", "LURCHER_HANDLER", "hello");
        assertTrue(String.valueOf(refusal(environment, "").getMessage()).startsWith("gone.sqlite"));
    }

    @Test
    void takesNameAndProtocol() {
        String broker = "--send tcp://a:1 --recv tcp://a:2 --sender S";
        assertFalse(settings(NOTHING, broker).classic());
        assertEquals(List.of(EXPECTED), settings(NOTHING, broker).brokers());
        assertEquals(Identity.ofProcess(), settings(NOTHING, broker).identity());
        assertTrue(settings(NOTHING, "--classic " + broker).classic());
        assertEquals("one", settings(NOTHING, broker + " --name one").identity().name());
        Map<String, String> environment = Map.of("LURCHER_NAME", "two", "LURCHER_CLASSIC", "1");
        assertTrue(settings(environment, broker).classic());
        assertEquals("two", settings(environment, broker).identity().name());
        assertEquals(
                "one", settings(environment, broker + " --name one").identity().name());
        assertFalse(settings(Map.of("LURCHER_CLASSIC", "0"), broker).classic());
        WorkerException refusal =
                assertThrows(WorkerException.class, () -> settings(Map.of("LURCHER_CLASSIC", "yes"), broker));
        assertEquals(Code.BAD_ARGUMENTS, refusal.code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--send",
                "--classic",
                "--send tcp://a:1 --recv tcp://a:2 --sender S --name",
                "--port 7",
                "send tcp://a:1",
                "--send tcp://a:1",
                "--send tcp://a:1 --recv tcp://a:2",
                "--config config.sqlite",
                "--handler hello",
                "--config config.sqlite --handler hello --sender S",
            })
    void saysWhatIsMissing(String line) {
        WorkerException refusal = refusal(NOTHING, line);
        assertEquals(Code.BAD_ARGUMENTS, refusal.code());
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(WorkerArguments.USAGE));
    }

    private static WorkerException refusal(Map<String, String> environment, String line) {
        return assertThrows(WorkerException.class, () -> endpoints(environment, line));
    }

    private static WorkerSettings settings(Map<String, String> environment, String line) {
        WorkerBuilder builder = Worker.builder();
        WorkerArguments.read(environment, line.isEmpty() ? new String[0] : line.split(" ", -1))
                .into(builder);
        return builder.settings();
    }

    private static Endpoints endpoints(Map<String, String> environment, String line) {
        return settings(environment, line).brokers().get(0);
    }
}
