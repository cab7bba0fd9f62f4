package dev.lurcher.broker.directory;

import dev.lurcher.broker.directory.ByteRanges.Range;
import dev.lurcher.broker.directory.Selection.Outcome;
import dev.lurcher.protocol.RequestHead;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a GET or HEAD wants of a file: the fields of the request that have to do with that. Immutable.
 */
public final class Wish {
    /** The fields looked at, told apart by their lengths first; where two are as long, by their names. */
    private enum Field {
        IF_MATCH("if-match", true),
        IF_NONE_MATCH("if-none-match", true),
        IF_MODIFIED_SINCE("if-modified-since", false),
        IF_UNMODIFIED_SINCE("if-unmodified-since", false),
        IF_RANGE("if-range", false),
        RANGE("range", false),
        ACCEPT_ENCODING("accept-encoding", true);

        private static final Field[] ALL = values();

        private final String label;
        private final boolean isList;

        Field(String label, boolean isList) {
            this.label = label;
            this.isList = isList;
        }
    }

    private final boolean head;
    private final Map<Field, String> values;

    /** Reads a request whose method is GET or HEAD. */
    public Wish(RequestHead request) {
        head = request.method().equals("HEAD");
        Map<Field, String> found = Map.of();
        for (int i = 0; i < request.fieldCount(); i++) {
            Field field = field(request.fieldName(i));
            if (field != null) {
                found = found.isEmpty() ? new EnumMap<>(Field.class) : found;
                // What is no list and comes twice means nothing.
                found.merge(field, request.fieldValue(i), (one, more) -> field.isList ? one + "," + more : "");
            }
        }
        values = found;
    }

    private static @Nullable Field field(CharSequence name) {
        for (Field field : Field.ALL) {
            if (name.length() == field.label.length() && isSame(name, field.label)) {
                return field;
            }
        }
        return null;
    }

    private static boolean isSame(CharSequence name, String lowerCase) {
        for (int i = 0; i < lowerCase.length(); i++) {
            char c = name.charAt(i);
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private @Nullable String value(Field field) {
        return values.get(field);
    }

    /**
     * What to send of a file.
     *
     * @param second of now, since 1970
     */
    Selection of(Resource resource, long second) {
        Representation form = form(resource);
        Outcome verdict = values.isEmpty() ? Outcome.WHOLE : verdict(form);
        String range = head || verdict != Outcome.WHOLE ? null : value(Field.RANGE);
        List<Range> ranges = range != null && isStillThat(form, second) ? ByteRanges.read(range, form.size()) : null;
        if (ranges == null) {
            return new Selection(verdict, form, List.of(), head);
        }
        return new Selection(ranges.isEmpty() ? Outcome.UNSATISFIABLE : Outcome.PARTS, form, ranges, false);
    }

    private Representation form(Resource resource) {
        String accepted = resource.codings().isEmpty() ? null : value(Field.ACCEPT_ENCODING);
        Coding best = accepted == null ? null : AcceptedCodings.best(accepted, resource.codings());
        return best == null
                ? resource.plain()
                : resource.encoded().get(resource.codings().indexOf(best));
    }

    /** The preconditions in their order (RFC 9110, 13.2.2). */
    private Outcome verdict(Representation form) {
        String match = value(Field.IF_MATCH);
        if (match != null && !EntityTags.isAny(match) && !EntityTags.contains(match, form.tag(), false)) {
            return Outcome.FAILED;
        }
        String unmodified = match == null ? value(Field.IF_UNMODIFIED_SINCE) : null;
        if (unmodified != null && isModifiedAfter(unmodified, form)) {
            return Outcome.FAILED;
        }
        String noneMatch = value(Field.IF_NONE_MATCH);
        if (noneMatch != null) {
            boolean matches = EntityTags.isAny(noneMatch) || EntityTags.contains(noneMatch, form.tag(), true);
            return matches ? Outcome.NOT_MODIFIED : Outcome.WHOLE;
        }
        String modified = value(Field.IF_MODIFIED_SINCE);
        if (modified == null || HttpTime.read(modified) == HttpTime.NONE || isModifiedAfter(modified, form)) {
            return Outcome.WHOLE;
        }
        return Outcome.NOT_MODIFIED;
    }

    private static boolean isModifiedAfter(String date, Representation form) {
        long second = HttpTime.read(date);
        return second != HttpTime.NONE && form.state().modifiedSecond() > second;
    }

    /** If-Range (RFC 9110, 13.1.5): whether the parts that the client has are parts of this. */
    private boolean isStillThat(Representation form, long second) {
        String validator = value(Field.IF_RANGE);
        if (validator == null) {
            return true;
        }
        if (validator.endsWith("\"")) {
            return validator.equals(form.tag());
        }
        // A date tells two contents apart only once its second is over.
        long modified = form.state().modifiedSecond();
        return modified < second && HttpTime.read(validator) == modified;
    }
}
