package dev.lurcher.broker.cli;

import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that prints facts, and the printing. */
final class Format {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec command;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(names = "--json", description = "Print JSON; its keys stay the same from version to version.")
    private boolean json;

    /** Prints the same facts in the form that was asked for. */
    void print(Object facts, Columns text) {
        if (json) {
            Facts.print(facts, out());
        } else {
            text.print(out());
        }
    }

    /** Prints one fact of which the text form is a line. */
    void print(Map<String, Object> facts, String line) {
        if (json) {
            Facts.print(facts, out());
        } else {
            out().println(line);
            out().flush();
        }
    }

    boolean isJson() {
        return json;
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    PrintWriter err() {
        return command.commandLine().getErr();
    }
}
