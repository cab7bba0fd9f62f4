package dev.lurcher.broker.cli;

import dev.lurcher.protocol.TNetString;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code broker control}: asks a running broker, once or line by line. */
@Command(
        name = "control",
        description = {
            "Asks a running broker, over its control port: once, or line by line where no command is given.",
            "'help' lists the commands. A line is COMMAND KEY=VALUE ..., as in m2sh control; 'quit' ends."
        },
        footer = {"", "Example: broker control status what=net"})
final class ControlCommand implements Callable<Integer> {
    private static final Set<String> ENDS = Set.of("quit", "exit", "q");

    @Mixin
    private final Format format = new Format();

    @Mixin
    private final ControlSource source = new ControlSource();

    @Parameters(paramLabel = "WORD", arity = "0..*", description = "A command, and its arguments as KEY=VALUE.")
    private final List<String> words = new ArrayList<>();

    private final Reader lines;

    /** For picocli. */
    ControlCommand() {
        this(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    ControlCommand(Reader lines) {
        this.lines = lines;
    }

    @Override
    public Integer call() {
        try (source) {
            return words.isEmpty() ? converse() : ask(words);
        }
    }

    /** Commands from standard input; the exit code is 0 when all of them could be done. */
    private int converse() {
        boolean isTerminal = isTerminal();
        int worst = 0;
        try (BufferedReader in = new BufferedReader(lines)) {
            prompt(isTerminal);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> said = List.of(line.strip().split("\\s+"));
                if (ENDS.contains(said.get(0))) {
                    break;
                }
                worst = Math.max(worst, said.get(0).isEmpty() ? 0 : ask(said));
                prompt(isTerminal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return isTerminal ? 0 : worst;
    }

    /** From Java 22 on there is a console even where there is no terminal, and it can be asked. */
    @SuppressWarnings("SystemConsoleNull") // where it is not null it is asked
    private static boolean isTerminal() {
        Console console = System.console();
        try {
            return console != null
                    && (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException before) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private void prompt(boolean isTerminal) {
        if (isTerminal) {
            format.out().print("[" + source.endpoint() + "]> ");
            format.out().flush();
        }
    }

    private int ask(List<String> said) {
        Map<String, TNetString> arguments = new LinkedHashMap<>();
        for (String word : said.subList(1, said.size())) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                format.err().println("broker: \"" + word + "\" is no KEY=VALUE. Fix: see help.");
                format.err().flush();
                return Main.MISUSED;
            }
            arguments.put(word.substring(0, equals), value(word.substring(equals + 1)));
        }
        if (said.get(0).equals("help")) {
            arguments.putIfAbsent("what", TNetString.Text.utf8("all"));
        }
        String misuse = ControlHints.misuse(said.get(0), arguments);
        if (misuse != null) {
            format.err().println("broker: " + misuse);
            format.err().flush();
            return Main.MISUSED;
        }
        return ControlSource.print(ControlHints.explained(said.get(0), source.ask(said.get(0), arguments)), format);
    }

    private static TNetString value(String written) {
        return written.matches("-?[0-9]{1,18}")
                ? new TNetString.Whole(Long.parseLong(written))
                : TNetString.Text.utf8(written);
    }
}
