package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people are told about Mongrel2's commands where the control port says, in Mongrel2's words, that an argument is not right and
 * not which. What goes over the wire stays as it is.
 */
final class ControlHints {
    private static final String STATUS =
            "Fix: write what=net for the connections of clients, or what=tasks for the threads of the process.";
    private static final String KILL = "Fix: write id=NUMBER, with a number that broker control status what=net shows.";

    private ControlHints() {}

    /** What keeps a command from being asked; null where nothing does. */
    static @Nullable String misuse(String command, Map<String, TNetString> arguments) {
        return switch (command) {
            case "status" -> arguments.containsKey("what") ? null : "status: what it is to tell is missing. " + STATUS;
            case "kill" ->
                arguments.get("id") instanceof TNetString.Whole
                        ? null
                        : arguments.containsKey("id")
                                ? "kill: the id is no number. " + KILL
                                : "kill: which connection is missing. " + KILL;
            default -> null;
        };
    }

    /** The answer, or one in its place that says more. */
    static ControlAnswer explained(String command, ControlAnswer answer) {
        if (!answer.isError()) {
            return answer;
        }
        return switch (command) {
            case "status" -> ControlAnswer.error(answer.error() + " " + STATUS);
            case "kill" -> ControlAnswer.error("kill: no connection of a client has this id, or not any more. " + KILL);
            default -> answer;
        };
    }
}
