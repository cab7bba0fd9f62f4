package dev.lurcher.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/** Finds handlers that would bind one endpoint twice, and those that share both of theirs without being the same otherwise. */
final class BindingCheck implements ServerCheck {
    private static final Map<String, Function<Target.Handler, Object>> SHARED = Map.of(
            "send_ident", Target.Handler::sendIdent,
            "recv_ident", Target.Handler::recvIdent,
            "protocol", Target.Handler::protocol,
            "raw_payload", Target.Handler::rawPayload,
            "its limits", Target.Handler::limits);

    /** An endpoint that a handler binds. */
    private record Use(Place place, String spec) {}

    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        Map<String, Use> uses = new HashMap<>();
        Map<List<String>, Target.Handler> bound = new HashMap<>();
        for (Target.Handler handler : draft.server().handlers()) {
            Target.Handler first = bound.putIfAbsent(List.of(handler.sendSpec(), handler.recvSpec()), handler);
            if (first != null) {
                compare(first, handler, problems);
                continue;
            }
            claim(uses, new Use(new Place("handler", handler.row(), "send_spec"), handler.sendSpec()), problems);
            claim(uses, new Use(new Place("handler", handler.row(), "recv_spec"), handler.recvSpec()), problems);
        }
    }

    private static void claim(Map<String, Use> uses, Use use, Consumer<Problem> problems) {
        // Port 0 is another one each time.
        if (use.spec().isEmpty() || use.spec().endsWith(":0")) {
            return;
        }
        Use earlier = uses.putIfAbsent(use.spec(), use);
        if (earlier != null) {
            problems.accept(Problem.error(
                    use.place(),
                    use.spec(),
                    earlier.place() + " is the same endpoint, and it can be bound once only",
                    "",
                    "choose another. (To lead several routes to the same workers, let them name the same handler)"));
        }
    }

    private static void compare(Target.Handler first, Target.Handler second, Consumer<Problem> problems) {
        List<String> different = new ArrayList<>();
        SHARED.forEach((name, value) -> {
            if (!Objects.equals(value.apply(first), value.apply(second))) {
                different.add(name);
            }
        });
        if (different.isEmpty()) {
            return;
        }
        different.sort(null);
        problems.accept(Problem.warning(
                new Place("handler", second.row(), "send_spec"),
                second.sendSpec(),
                "handler row " + first.row()
                        + " has the same two endpoints and so the same workers, and what it says counts"
                        + " for both; different are " + String.join(", ", different),
                "",
                "make the rows equal, let the routes name one of them, or choose other endpoints"));
    }
}
