package dev.lurcher.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One request, and what is different about it on purpose. Immutable.
 *
 * @param request bytes 0..255 as chars
 */
record DifferenceCase(String name, String request, List<Deliberate> deliberate) {
    /**
     * Something that must differ.
     *
     * @param form of headers for which it does: json, tnetstring, or empty for both
     * @param what the thing, as {@link #things} calls it
     * @param reason a row of docs/mongrel2.md, its first cell
     */
    record Deliberate(String form, String what, String mongrel2, String lurcher, String reason) {}

    static DifferenceCase of(String name, String request) {
        return new DifferenceCase(name, request, List.of());
    }

    /** The same case with something that must differ. */
    DifferenceCase differs(String what, String mongrel2, String lurcher, String reason) {
        return with(new Deliberate("", what, mongrel2, lurcher, reason));
    }

    /** The same case with something that must differ where headers are JSON. */
    DifferenceCase differsInJson(String what, String mongrel2, String lurcher, String reason) {
        return with(new Deliberate("json", what, mongrel2, lurcher, reason));
    }

    /** Only Mongrel2 hands it on; this broker gives an answer of its own and closes the connection. */
    DifferenceCase refusedOnly(String status, String reason) {
        return differs("status", "200", status, reason)
                .differs("then", "open", "closed", reason)
                .differs("arrived", "1", "0", reason);
    }

    /** Only this broker hands it on; Mongrel2 gives an answer of its own and closes the connection. */
    DifferenceCase takenOnly(String status, String reason) {
        return differs("status", status, "200", reason)
                .differs("then", "closed", "open", reason)
                .differs("arrived", "0", "1", reason);
    }

    private DifferenceCase with(Deliberate difference) {
        List<Deliberate> all = new ArrayList<>(deliberate);
        all.add(difference);
        return new DifferenceCase(name, request, List.copyOf(all));
    }

    byte[] bytes() {
        return request.getBytes(ISO_8859_1);
    }

    /** What must differ where headers have this form: thing to "Mongrel2's | ours". */
    SortedMap<String, String> expected(String form) {
        SortedMap<String, String> expected = new TreeMap<>();
        for (Deliberate each : deliberate) {
            if (each.form.isEmpty() || each.form.equals(form)) {
                expected.put(each.what, each.mongrel2 + " | " + each.lurcher);
            }
        }
        return expected;
    }

    /** What differs, likewise. What a message holds is compared only where both workers got as many. */
    static SortedMap<String, String> found(Front.Outcome mongrel2, Front.Outcome lurcher) {
        boolean messages = mongrel2.arrived().size() == lurcher.arrived().size();
        SortedMap<String, String> left = things(mongrel2, messages);
        SortedMap<String, String> right = things(lurcher, messages);
        SortedMap<String, String> found = new TreeMap<>();
        SortedMap<String, String> all = new TreeMap<>(left);
        all.putAll(right);
        for (String what : all.keySet()) {
            String one = left.getOrDefault(what, "absent");
            String other = right.getOrDefault(what, "absent");
            if (!Objects.equals(one, other)) {
                found.put(what, one + " | " + other);
            }
        }
        return found;
    }

    private static SortedMap<String, String> things(Front.Outcome outcome, boolean messages) {
        SortedMap<String, String> things = new TreeMap<>();
        things.put("status", outcome.status());
        things.put("then", outcome.then());
        things.put("arrived", Integer.toString(outcome.arrived().size()));
        if (messages) {
            outcome.arrived().forEach(message -> add(things, message));
        }
        return things;
    }

    private static void add(SortedMap<String, String> things, WorkerMessage message) {
        things.put("word 1", message.sender());
        things.put("word 2", message.id().matches("[0-9]+") ? "an id" : message.id());
        things.put("word 3", message.path());
        things.put("form", message.form());
        things.put("content", message.content());
        for (Map.Entry<String, List<String>> header : message.headers().entrySet()) {
            List<String> values = header.getValue();
            things.put(header.getKey(), values.size() == 1 ? values.get(0) : values.toString());
        }
        things.put("order", order(message));
    }

    /** The names that the server wrote, in their order; "*" stands for fields, whose order is a hash table's. */
    private static String order(WorkerMessage message) {
        StringBuilder order = new StringBuilder();
        for (String name : message.headers().keySet()) {
            if (!name.equals(name.toLowerCase(java.util.Locale.ROOT))) {
                order.append(name).append(' ');
            } else if (!order.toString().endsWith("* ")) {
                order.append("* ");
            }
        }
        return order.toString();
    }
}
