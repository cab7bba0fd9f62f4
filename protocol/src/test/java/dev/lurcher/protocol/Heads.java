package dev.lurcher.protocol;

import dev.lurcher.protocol.Fields.Field;
import dev.lurcher.protocol.testing.Head;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;
import net.jqwik.api.arbitraries.StringArbitrary;

/** Generated requests: as nasty as octets can be. */
final class Heads {
    private Heads() {}

    /** Octets of every kind, those that formats care for more often. */
    static StringArbitrary octets() {
        return Arbitraries.strings()
                .withCharRange('\0', '\u00ff')
                .withChars("\"\\:,{}[]0123456789\0\u001f\u007f\u0080\u00ff")
                .ofMaxLength(40);
    }

    /** Names that repeat now and then, and all the octets a lenient decoder might let through. */
    static Arbitrary<String> names() {
        Arbitrary<String> usual =
                Arbitraries.of("host", "Host", "cookie", "X-A", "x-a", "x-b", "accept", "a", "A", "b");
        return Arbitraries.frequencyOf(Tuple.of(4, usual), Tuple.of(1, octets().ofMinLength(1)));
    }

    static Arbitrary<Head> heads() {
        Arbitrary<List<Field>> fields =
                Combinators.combine(names(), octets()).as(Field::new).list().ofMaxSize(20);
        Arbitrary<String> paths = octets().map(text -> text.replace(" ", "%20"));
        return Combinators.combine(paths, octets().injectNull(0.3), octets(), fields, octets().injectNull(0.3))
                .as((path, query, other, lines, forwardedFor) -> {
                    Map<String, String> variables = new LinkedHashMap<>();
                    variables.put("PATH", path);
                    if (query != null) {
                        variables.put("QUERY", query);
                        variables.put("FRAGMENT", other);
                        variables.put("FLAGS", query);
                    }
                    for (String name : List.of("METHOD", "VERSION", "URI", "PATTERN", "URL_SCHEME", "REMOTE_ADDR")) {
                        variables.put(name, other);
                    }
                    return new Head(variables, lines, forwardedFor);
                });
    }
}
