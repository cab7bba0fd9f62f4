package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.Nearest;
import dev.lurcher.broker.config.language.Expression.Assignment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What names stand for. Of several assignments to one name the last counts, wherever it stands. */
final class Scope {
    private final Map<String, Assignment> assigned = new HashMap<>();
    private final Map<String, String> environment;
    private final Consumer<Complaint> complaints;

    Scope(List<Assignment> assignments, Map<String, String> environment, Consumer<Complaint> complaints) {
        assignments.forEach(each -> assigned.put(each.name(), each));
        this.environment = environment;
        this.complaints = complaints;
    }

    /** What is assigned to a name, or null. */
    @Nullable
    Assignment assignment(String name) {
        return assigned.get(name);
    }

    Set<String> names() {
        return assigned.keySet();
    }

    /** A value that is no name and no variable of the environment; null when there is none, which has been complained of then. */
    @Nullable
    Expression resolve(Expression expression) {
        Set<String> seen = new HashSet<>();
        Expression value = expression;
        while (value instanceof Expression.Reference reference) {
            Assignment assignment = assigned.get(reference.name());
            if (assignment == null) {
                return word(reference);
            }
            if (!seen.add(reference.name())) {
                complain(
                        reference.spot(),
                        "the name " + reference.name() + " stands for itself",
                        "assign a value to it");
                return null;
            }
            value = assignment.value();
        }
        return value instanceof Expression.Environment variable ? variable(variable) : value;
    }

    private void complain(Spot spot, String fault, String fix) {
        complaints.accept(Complaint.error(spot, fault, fix));
    }

    private @Nullable Expression word(Expression.Reference reference) {
        return switch (reference.name()) {
            case "true", "false" ->
                new Expression.Flag(reference.spot(), reference.name().equals("true"));
            case "null" -> new Expression.Nothing(reference.spot());
            default -> unknown(reference);
        };
    }

    private @Nullable Expression unknown(Expression.Reference reference) {
        String near = Nearest.of(reference.name(), assigned.keySet());
        complain(
                reference.spot(),
                "nothing is assigned to the name " + reference.name(),
                near == null
                        ? "assign something to it, or write it in quotes if it is a string"
                        : "write " + near + ", if that is meant");
        return null;
    }

    private @Nullable Expression variable(Expression.Environment variable) {
        String value = environment.get(variable.variable());
        if (value != null) {
            return new Expression.Text(variable.spot(), value);
        }
        Expression fallback = variable.fallback();
        if (fallback == null) {
            complain(
                    variable.spot(),
                    "the environment variable " + variable.variable() + " is not set",
                    "set it, or write what stands in for it: env('" + variable.variable() + "', 'value')");
            return null;
        }
        return resolve(fallback);
    }
}
