package dev.lurcher.broker.control;

import dev.lurcher.broker.control.ControlException.Code;
import dev.lurcher.protocol.ProtocolException;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the messages of a control port.
 * <pre>
 * message = list *OCTET          ; octets behind the list are ignored, as further elements are
 * list    = [ command, arguments, ... ]
 * command = text,  arguments = dictionary
 * </pre>
 * <p>Thread: one at a time; an answer may take as long as what is asked for.
 */
public final class ControlDesk {
    /** Largest message with its route. */
    public static final int MOST_MESSAGE_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ControlDesk.class);

    private static final TNetString.Limits LIMITS = new TNetString.Limits(8, MOST_MESSAGE_BYTES);

    private static final Map<String, Command> COMMANDS = Stream.of(Mongrel2Commands.ALL, OwnCommands.ALL)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableMap(Command::name, Function.identity()));

    private final Operations broker;

    /** Creates a desk that asks this broker. */
    public ControlDesk(Operations broker) {
        this.broker = broker;
    }

    /**
     * An answer.
     *
     * @param value to be sent
     * @param afterwards to be done when it has been
     */
    public record Reply(TNetString value, Runnable afterwards) {
        /** What is sent, in a new array. */
        public byte[] bytes() {
            return value.bytes();
        }
    }

    /**
     * Answers the message between the buffer's position and limit.
     *
     * @param asker for the log
     */
    public Reply answer(ByteBuffer message, String asker) {
        try {
            Answer answer = run(message, asker);
            Runnable afterwards = answer instanceof Answer.Table table ? table.afterwards() : () -> {};
            return new Reply(answer.value(), afterwards);
        } catch (ControlException e) {
            return refusal(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("control port: a command of {} has failed", asker, e);
            return refusal(Code.INTERNAL, "a fault of the broker; its error log has the details.");
        }
    }

    /** What is answered where too many messages wait to be answered. */
    public static Reply busy() {
        return refusal(Code.BUSY, "too many commands wait. Fix: ask again in a moment.");
    }

    private static Reply refusal(Code code, String text) {
        return new Reply(new Answer.Failure(code, text).value(), () -> {});
    }

    private Answer run(ByteBuffer message, String asker) {
        List<TNetString> elements = elements(message);
        if (elements.size() < 2
                || !(elements.get(0) instanceof Text name)
                || !(elements.get(1) instanceof Dictionary arguments)) {
            throw invalidData();
        }
        Command command = COMMANDS.get(name.octets());
        if (command == null) {
            throw new ControlException(Code.CALLBACK_NOT_FOUND, "Callback requested was not found.");
        }
        Arguments given = new Arguments(arguments.entries());
        if (command.changes()) {
            LOG.info("control port: {}{}, asked by {}", command.name(), given, asker);
        }
        return command.action().run(given, broker);
    }

    private static List<TNetString> elements(ByteBuffer message) {
        TNetString value;
        try {
            value = TNetString.readFirst(message, LIMITS);
        } catch (ProtocolException e) {
            throw invalidData();
        }
        if (value instanceof Sequence list) {
            return list.values();
        }
        throw new ControlException(
                Code.INVALID_REQUEST, "Invalid request format, must be a list with two elements in it.");
    }

    private static ControlException invalidData() {
        return new ControlException(
                Code.INVALID_DATA, "Invalid data, expecting a list with a string and a hash in it.");
    }
}
