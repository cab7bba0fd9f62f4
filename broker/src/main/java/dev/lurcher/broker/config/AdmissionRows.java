package dev.lurcher.broker.config;

import dev.lurcher.broker.config.Row.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads whom ZeroMQ endpoints let in: column {@code handler.mechanism}, and tables {@code curve_key} and {@code plain_user}. */
final class AdmissionRows {
    private final Settings settings;
    private final Consumer<Problem> problems;
    private final Map<Long, Row> handlers = new HashMap<>();
    private final List<Entitled> keys;
    private final List<Entitled> users;

    /** An entry, and for which endpoints. */
    private record Entitled(Admission.Entry entry, String handler, boolean control) {
        boolean isFor(Target.Handler wanted) {
            return !control && (handler.isEmpty() || handler.equals(wanted.sendIdent()));
        }
    }

    AdmissionRows(ConfigDatabase database, Settings settings, Consumer<Problem> problems) {
        this.settings = settings;
        this.problems = problems;
        database.rows(Table.HANDLER).forEach(row -> handlers.putIfAbsent(row.id(), row));
        keys = entitled(database.rows(Table.CURVE_KEY), "public_key");
        users = entitled(database.rows(Table.PLAIN_USER), "password");
        requireOneOfEachName();
    }

    private List<Entitled> entitled(List<Row> rows, String proof) {
        List<Entitled> all = new ArrayList<>();
        for (Row row : rows) {
            boolean isControl = row.integer("control", Range.FLAG, 0, problems) == 1;
            String handler = row.text("handler", "", problems);
            if (!handler.isEmpty() && !isSendIdent(handler)) {
                problems.accept(row.warning(
                        "handler",
                        "no handler has this send_ident, so this row lets nobody in",
                        "write that of a handler, or '' for every handler, or delete the row"));
            }
            if (!handler.isEmpty() && isControl) {
                problems.accept(row.warning(
                        "handler",
                        "control is 1, so this row is for the control port, and for no handler",
                        "write '', or make control 0"));
            }
            String value = row.text(proof, problems);
            String name = row.text("name", "", problems);
            all.add(new Entitled(new Admission.Entry(row.place(proof), name, value), handler, isControl));
        }
        return all;
    }

    private boolean isSendIdent(String ident) {
        return handlers.values().stream().anyMatch(row -> ident.equals(row.value("send_ident")));
    }

    private void requireOneOfEachName() {
        Set<List<String>> seen = new HashSet<>();
        for (Entitled user : users) {
            String scope = user.control() ? "control" : "handler " + user.handler();
            if (!seen.add(List.of(user.entry().name(), scope))) {
                problems.accept(Problem.error(
                        new Place("plain_user", user.entry().place().row(), "name"),
                        user.entry().name(),
                        "an earlier row has the same name for the same endpoints",
                        "",
                        "delete one of the two rows"));
            }
        }
    }

    Admissions of(Server server) {
        Map<Long, Admission> byHandler = new HashMap<>();
        for (Target.Handler handler : server.handlers()) {
            byHandler.put(handler.row(), admission(mechanism(handler.row()), each -> each.isFor(handler)));
        }
        Mechanism control = word(settings.text(Setting.CONTROL_MECHANISM));
        return new Admissions(byHandler, admission(control, Entitled::control), settings.text(Setting.CURVE_KEY_FILE));
    }

    private Admission admission(Mechanism mechanism, Predicate<Entitled> isEntitled) {
        return new Admission(mechanism, entries(keys, isEntitled), entries(users, isEntitled));
    }

    private static List<Admission.Entry> entries(List<Entitled> all, Predicate<Entitled> isEntitled) {
        return all.stream().filter(isEntitled).map(Entitled::entry).toList();
    }

    private Mechanism mechanism(long handler) {
        Row row = handlers.get(handler);
        String usual = settings.text(Setting.ZMTP_MECHANISM);
        String written = row == null ? usual : row.text("mechanism", usual, problems);
        Mechanism mechanism = Mechanism.of(written);
        if (mechanism == null && row != null) {
            problems.accept(row.error(
                    "mechanism",
                    "there is no such word",
                    Setting.ZMTP_MECHANISM.allowed(),
                    "write one of them, or NULL for that of the setting " + Setting.ZMTP_MECHANISM.key()));
        }
        // Nobody is let in by mistake: with the strictest one, and the error keeps the broker from starting.
        return mechanism == null ? Mechanism.CURVE : mechanism;
    }

    private static Mechanism word(String word) {
        Mechanism mechanism = Mechanism.of(word);
        return mechanism == null ? Mechanism.CURVE : mechanism;
    }
}
