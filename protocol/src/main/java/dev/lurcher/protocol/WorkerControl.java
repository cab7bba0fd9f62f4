package dev.lurcher.protocol;

import dev.lurcher.protocol.ProtocolException.Code;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a managed worker tells its broker: the payload of an extended reply that names no connection.
 *
 * <pre>
 * control = sender SP "1:X, " tnet-list      ; of ( command, dictionary )
 * command "hello": "name", "host", "application", "version", "language" (texts), "pid", "capacity" (numbers)
 * command "drain": no entries
 * command "bye":   no entries
 * </pre>
 *
 * <p>Every entry may be left out; unknown entries and commands are ignored, so that both sides can grow.
 */
public sealed interface WorkerControl {
    /**
     * The first message of a worker on each connection. Texts from a worker hold no control characters and at most
     * {@value #MOST_CHARS} chars: they are made so when read, fit for logs.
     *
     * @param name what to call this worker; empty where it did not say, as with the other texts
     * @param pid its process id, 0 where it did not say
     * @param host the machine it runs on
     * @param application the program it is
     * @param version the program's version
     * @param language what it is written in
     * @param capacity most requests that it wants to hold at once, from 1; 0 where it leaves that to the broker
     */
    record Hello(String name, long pid, String host, String application, String version, String language, int capacity)
            implements WorkerControl {
        /** Longest text that is kept. */
        public static final int MOST_CHARS = 128;

        /**
         * Takes the entries.
         *
         * @throws IllegalArgumentException if capacity or pid is negative
         */
        public Hello {
            if (capacity < 0 || pid < 0) {
                throw new IllegalArgumentException("capacity=" + capacity + ", pid=" + pid);
            }
        }
    }

    /** Send me nothing new. */
    record Drain() implements WorkerControl {}

    /** All is answered; I disconnect. */
    record Bye() implements WorkerControl {}

    /**
     * A command that this version does not know.
     *
     * @param command octets as chars 0..255
     */
    record Unknown(String command) implements WorkerControl {}

    /**
     * Reads the payload between the buffer's position and limit, which stay where they are.
     *
     * @throws ProtocolException BAD_EXTENSION if the payload is a value of another shape, else as {@link TNetString#read}
     */
    static WorkerControl read(ByteBuffer payload, TNetString.Limits limits) {
        if (TNetString.read(payload, limits) instanceof TNetString.Sequence pair
                && pair.values().size() == 2
                && pair.values().get(0) instanceof TNetString.Text command
                && pair.values().get(1) instanceof TNetString.Dictionary dictionary) {
            return switch (command.octets()) {
                case "hello" -> hello(dictionary.entries());
                case "drain" -> new Drain();
                case "bye" -> new Bye();
                default -> new Unknown(command.octets());
            };
        }
        throw new ProtocolException(Code.BAD_EXTENSION, "no list of a command and a dictionary");
    }

    /**
     * The payload that says this.
     *
     * @throws IllegalStateException for {@link Unknown}, of which only the command is known
     */
    default byte[] payload() {
        if (this instanceof Hello hello) {
            return payload("hello", entries(hello));
        }
        if (this instanceof Unknown) {
            throw new IllegalStateException("dictionary unknown: " + this);
        }
        return payload(this instanceof Drain ? "drain" : "bye", Map.of());
    }

    private static byte[] payload(String command, Map<String, TNetString> entries) {
        return TNetString.Sequence.of(new TNetString.Text(command), new TNetString.Dictionary(entries))
                .bytes();
    }

    private static Hello hello(Map<String, TNetString> entries) {
        long capacity = number(entries, "capacity", 1);
        return new Hello(
                text(entries, "name"),
                number(entries, "pid", 0),
                text(entries, "host"),
                text(entries, "application"),
                text(entries, "version"),
                text(entries, "language"),
                (int) Math.min(capacity, Integer.MAX_VALUE));
    }

    private static Map<String, TNetString> entries(Hello hello) {
        Map<String, TNetString> entries = new LinkedHashMap<>();
        put(entries, "name", hello.name());
        put(entries, "pid", hello.pid());
        put(entries, "host", hello.host());
        put(entries, "application", hello.application());
        put(entries, "version", hello.version());
        put(entries, "language", hello.language());
        put(entries, "capacity", hello.capacity());
        return entries;
    }

    private static void put(Map<String, TNetString> entries, String key, String text) {
        if (!text.isEmpty()) {
            entries.put(key, TNetString.Text.utf8(text));
        }
    }

    private static void put(Map<String, TNetString> entries, String key, long number) {
        if (number != 0) {
            entries.put(key, new TNetString.Whole(number));
        }
    }

    private static String text(Map<String, TNetString> entries, String key) {
        TNetString value = entries.get(key);
        if (value == null) {
            return "";
        }
        if (value instanceof TNetString.Text text) {
            String printable = text.utf8().replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
            int end = Math.min(printable.length(), Hello.MOST_CHARS);
            // Not between the two halves of one character.
            boolean isCut = end > 0 && Character.isHighSurrogate(printable.charAt(end - 1));
            return printable.substring(0, isCut ? end - 1 : end);
        }
        throw new ProtocolException(Code.BAD_EXTENSION, key + " wants a text");
    }

    private static long number(Map<String, TNetString> entries, String key, long least) {
        TNetString value = entries.get(key);
        if (value == null) {
            return 0;
        }
        if (value instanceof TNetString.Whole whole && whole.value() >= least) {
            return whole.value();
        }
        throw new ProtocolException(Code.BAD_EXTENSION, key + " wants a number from " + least);
    }
}
