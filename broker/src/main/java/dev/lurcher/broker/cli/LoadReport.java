package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import dev.lurcher.broker.config.history.ConfigStore.Outcome;
import dev.lurcher.broker.config.history.TextDiff;
import dev.lurcher.broker.config.language.Complaint;
import dev.lurcher.broker.config.language.Draft;
import dev.lurcher.broker.config.language.LanguageException;
import dev.lurcher.broker.config.language.Spot;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells what became of a configuration that was to be loaded. */
final class LoadReport {
    private final Format format;
    private final Path database;
    private final ChangeOptions change;

    LoadReport(Format format, Path database, ChangeOptions change) {
        this.format = format;
        this.database = database;
        this.change = change;
    }

    /** A text that cannot be read. Returns the exit code. */
    int broken(String name, LanguageException broken) {
        if (format.isJson()) {
            List<Map<String, @Nullable Object>> problems = new ArrayList<>();
            broken.complaints().forEach(complaint -> problems.add(facts(complaint, null)));
            if (problems.isEmpty()) {
                problems.add(faultFacts(String.valueOf(broken.getMessage())));
            }
            Facts.print(facts(name, false, null, problems), format.out());
        } else {
            String text = String.valueOf(broken.getMessage());
            refuse(
                    broken.complaints().isEmpty()
                            ? "broker: " + text + ". Fix: name a file that is there with --config."
                            : text);
        }
        return Main.FAILED;
    }

    private void refuse(String text) {
        format.err().println(text);
        format.err().println("broker: " + database + " is as it was.");
        format.err().flush();
    }

    private static Map<String, @Nullable Object> faultFacts(String fault) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("severity", "error");
        facts.put("fault", fault);
        return facts;
    }

    /** What was loaded, or was not since a broker could not run with it. Returns the exit code. */
    int print(String name, Draft draft, Outcome outcome) {
        if (format.isJson()) {
            Facts.print(facts(name, !outcome.isRefused(), outcome, problems(draft, outcome)), format.out());
        } else {
            printText(name, draft, outcome);
        }
        return outcome.isRefused() ? Main.FAILED : 0;
    }

    private void printText(String name, Draft draft, Outcome outcome) {
        PrintWriter err = format.err();
        draft.warnings().forEach(err::println);
        outcome.problems().stream()
                .filter(problem -> problem.severity() != Severity.NOTE)
                .forEach(problem -> err.println(shown(problem, draft)));
        err.flush();
        if (outcome.isRefused()) {
            refuse("broker: no server would start with it: " + Source.counted(outcome.problems()) + ".");
            return;
        }
        PrintWriter out = format.out();
        out.println(database
                + (change.isRehearsal()
                        ? ": " + name + " can be loaded"
                        : ": " + name + " is revision " + outcome.revision()));
        if (change.isDiff()) {
            TextDiff.between(outcome.before(), outcome.after()).forEach(out::println);
        } else {
            ChangesText.print(outcome.changes(), out);
        }
        out.flush();
    }

    private static String shown(Problem problem, Draft draft) {
        Spot spot = spot(problem, draft);
        return spot == null ? problem.toString() : complaint(problem, spot).toString();
    }

    private static @Nullable Spot spot(Problem problem, Draft draft) {
        return draft.spot(
                problem.place().table(), problem.place().row(), problem.place().column());
    }

    private static Complaint complaint(Problem problem, Spot spot) {
        return new Complaint(
                problem.severity() == Severity.ERROR,
                spot,
                problem.subject() + ": " + problem.explanation(),
                problem.fix());
    }

    private static List<Map<String, @Nullable Object>> problems(Draft draft, Outcome outcome) {
        List<Map<String, @Nullable Object>> all = new ArrayList<>();
        draft.warnings().forEach(complaint -> all.add(facts(complaint, null)));
        for (Problem problem : outcome.problems()) {
            Spot spot = spot(problem, draft);
            all.add(spot == null ? faultFacts(problem.toString()) : facts(complaint(problem, spot), problem));
        }
        return all;
    }

    private static Map<String, @Nullable Object> facts(Complaint complaint, @Nullable Problem problem) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        String severity = complaint.isError() ? "error" : "warning";
        facts.put(
                "severity",
                problem == null ? severity : problem.severity().name().toLowerCase(Locale.ROOT));
        facts.put("file", complaint.spot().source().name());
        facts.put("line", complaint.spot().line());
        facts.put("column", complaint.spot().column());
        facts.put("fault", complaint.fault());
        facts.put("fix", complaint.fix());
        return facts;
    }

    private Map<String, @Nullable Object> facts(
            String name, boolean isGood, @Nullable Outcome outcome, List<Map<String, @Nullable Object>> problems) {
        Map<String, @Nullable Object> facts = new LinkedHashMap<>();
        facts.put("database", database.toString());
        facts.put("config", name);
        facts.put("dry_run", change.isRehearsal());
        facts.put("accepted", isGood);
        facts.put("revision", outcome == null || outcome.revision() == 0 ? null : outcome.revision());
        facts.put("changes", outcome == null ? List.of() : ChangesText.facts(outcome.changes()));
        facts.put("problems", problems);
        return facts;
    }
}
