package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code broker check}: everything that is wrong with a database. */
@Command(
        name = "check",
        description = {
            "Names everything that is wrong with a configuration, and how to put it right. Nothing is changed.",
            "An error keeps a server from starting, a warning does not, a note is only worth knowing.",
            "The exit code is 0 when there are no errors."
        },
        footer = {"", "Example: broker check --db new.sqlite && mv new.sqlite config.sqlite"})
final class CheckCommand implements Callable<Integer> {
    private static final String INDENT = " ".repeat(9);

    @Mixin
    private final Format format = new Format();

    @Mixin
    private final Source source = new Source();

    @Mixin
    private final OneServer one = new OneServer();

    @Option(names = "--strict", description = "Warnings count as errors for the exit code.")
    private boolean isStrict;

    @Override
    public Integer call() {
        List<Problem> problems = problems().stream()
                .sorted(Comparator.comparing(Problem::severity))
                .toList();
        if (format.isJson()) {
            Facts.print(facts(problems), format.out());
        } else {
            print(problems, format.out());
        }
        long bad = Source.count(problems, Severity.ERROR) + (isStrict ? Source.count(problems, Severity.WARNING) : 0);
        return bad == 0 ? 0 : Main.FAILED;
    }

    private List<Problem> problems() {
        ConfigDatabase database = source.read();
        String uuid = one.uuid();
        return uuid == null
                ? ConfigReader.survey(database, Source.checks()).problems()
                : ConfigReader.read(database, uuid, Source.checks()).problems();
    }

    private void print(List<Problem> problems, PrintWriter out) {
        for (Problem problem : problems) {
            out.println(String.format("%-9s", problem.severity()) + problem.subject());
            out.println(INDENT + problem.explanation());
            if (!problem.fix().isEmpty()) {
                out.println(INDENT + "Fix: " + problem.fix());
            }
        }
        out.println(source.file() + ": " + Source.counted(problems));
        out.flush();
    }

    private Map<String, Object> facts(List<Problem> problems) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("database", source.file().toString());
        facts.put("errors", Source.count(problems, Severity.ERROR));
        facts.put("warnings", Source.count(problems, Severity.WARNING));
        facts.put("notes", Source.count(problems, Severity.NOTE));
        facts.put("problems", problems.stream().map(CheckCommand::facts).toList());
        return facts;
    }

    private static Map<String, @Nullable Object> facts(Problem problem) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
        facts.put("table", problem.place().table());
        facts.put("row", problem.place().row());
        facts.put("column", problem.place().column());
        facts.put("value", problem.value());
        facts.put("fault", problem.fault());
        facts.put("allowed", problem.allowed());
        facts.put("fix", problem.fix());
        return facts;
    }
}
