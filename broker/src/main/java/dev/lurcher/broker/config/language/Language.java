package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.Expression.Assignment;
import dev.lurcher.broker.config.language.LanguageException.Code;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Reads texts of the language. */
public final class Language {
    private final Schema schema;
    private final Library library;
    private final Map<String, String> environment;

    /**
     * Reads texts for one schema.
     *
     * @param library what can be included
     * @param environment the variables that {@code env('NAME')} can ask for
     */
    public Language(Schema schema, Library library, Map<String, String> environment) {
        this.schema = schema;
        this.library = library;
        this.environment = Map.copyOf(environment);
    }

    /** Reads texts that stand for themselves: nothing is included, and no variable is set. */
    public static Language alone(Schema schema) {
        return new Language(schema, Library.NONE, Map.of());
    }

    /**
     * The rows that a text asks for.
     *
     * @throws LanguageException SYNTAX or MEANING, with everything that was found
     */
    public Draft read(SourceText source) {
        List<Complaint> complaints = new ArrayList<>();
        List<Assignment> assignments = new Parser(library, complaints).parse(source);
        fail(Code.SYNTAX, complaints);
        Scope scope = new Scope(assignments, environment, complaints::add);
        Draft draft = new Composer(scope, schema, complaints).compose(source);
        fail(Code.MEANING, complaints);
        return draft;
    }

    private static void fail(Code code, List<Complaint> complaints) {
        if (complaints.stream().anyMatch(Complaint::isError)) {
            // What is used in several places is complained of once.
            throw new LanguageException(
                    code,
                    complaints.stream()
                            .distinct()
                            .sorted(Comparator.comparing((Complaint each) ->
                                            each.spot().source().name())
                                    .thenComparingInt(each -> each.spot().offset()))
                            .toList());
        }
    }
}
