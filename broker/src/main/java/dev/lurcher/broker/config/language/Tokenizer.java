package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a text into words.
 *
 * <pre>
 * name    = [A-Za-z_] *[A-Za-z0-9_]
 * number  = [ "-" ] 1*DIGIT [ "." 1*DIGIT ] [ ( "e" / "E" ) [ "+" / "-" ] 1*DIGIT ]
 * string  = "'" *any "'" / DQUOTE *any DQUOTE      ; "\" protects the character behind it, and both stay
 *         / "$" string                             ; with escapes, each for one character: see escape()
 * mark    = "=" / "(" / ")" / "[" / "]" / "{" / "}" / "," / ":"
 * comment = "#" to the end of the line
 * </pre>
 */
final class Tokenizer {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");
    private static final Pattern CODE = Pattern.compile("u([0-9a-fA-F]{4})");
    private static final String MARKS = "=()[]{},:";
    private static final String BLANKS = " \t\r\n\f";
    private static final char BYTE_ORDER_MARK = '\ufeff';
    private static final int MOST_COMPLAINTS = 20;

    private final SourceText source;
    private final String text;
    private final Consumer<Complaint> complaints;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int complained;

    Tokenizer(SourceText source, Consumer<Complaint> complaints) {
        this.source = source;
        this.text = source.text();
        this.complaints = complaints;
    }

    /** All words, the last one being the end. What is none is complained of and left out. */
    List<Token> tokens() {
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            at = 1;
        }
        while (at < text.length() && complained < MOST_COMPLAINTS) {
            next(text.charAt(at));
        }
        tokens.add(new Token(Kind.END, "", source.at(text.length())));
        return tokens;
    }

    private void next(char c) {
        if (BLANKS.indexOf(c) >= 0) {
            at++;
        } else if (c == '#') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
        } else if (MARKS.indexOf(c) >= 0) {
            add(Kind.MARK, at + 1);
        } else if (c == '\'' || c == '"') {
            plainString(c);
        } else if (c == '$' && at + 1 < text.length() && "'\"".indexOf(text.charAt(at + 1)) >= 0) {
            escapedString(text.charAt(at + 1));
        } else if (!take(NAME, Kind.NAME) && !number()) {
            complain(at, "this character has no meaning here", "write strings in quotes, and # before comments");
            at = text.offsetByCodePoints(at, 1);
        }
    }

    private void complain(int offset, String fault, String fix) {
        complained++;
        complaints.accept(Complaint.error(source.at(offset), fault, fix));
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, text.substring(at, end), source.at(at)));
        at = end;
    }

    private boolean take(Pattern pattern, Kind kind) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return false;
        }
        add(kind, matcher.end());
        return true;
    }

    private boolean number() {
        int start = at;
        if (!take(NUMBER, Kind.NUMBER)) {
            return false;
        }
        Matcher unit = NAME.matcher(text).region(at, text.length());
        if (unit.lookingAt()) {
            String whole = text.substring(start, unit.end());
            complain(start, whole + " is no number", "write '" + whole + "', in quotes, if it has a unit");
            at = unit.end();
        }
        return true;
    }

    private void plainString(char quote) {
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != quote) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            unclosed(quote);
            return;
        }
        tokens.add(new Token(Kind.TEXT, text.substring(at + 1, end), source.at(at)));
        at = end + 1;
    }

    private void unclosed(char quote) {
        complain(at, "this string has no end", "write " + quote + " behind it");
        at = text.length();
    }

    private void escapedString(char quote) {
        int start = at;
        StringBuilder value = new StringBuilder();
        int next = at + 2;
        while (next < text.length() && text.charAt(next) != quote) {
            char c = text.charAt(next);
            next = c == '\\' && next + 1 < text.length() ? escape(next + 1, value) : next + 1;
            if (c != '\\') {
                value.append(c);
            }
        }
        if (next >= text.length()) {
            unclosed(quote);
            return;
        }
        tokens.add(new Token(Kind.TEXT, value.toString(), source.at(start)));
        at = next + 1;
    }

    /** Takes what stands behind a backslash; returns where it ends. */
    private int escape(int from, StringBuilder value) {
        Matcher code = CODE.matcher(text).region(from, text.length());
        if (code.lookingAt()) {
            value.append((char) Integer.parseInt(code.group(1), 16));
            return code.end();
        }
        int which = "\\'\"nrt".indexOf(text.charAt(from));
        if (which < 0) {
            complain(from - 1, "there is no such escape", "write \\\\, \\', \\\", \\n, \\r, \\t or \\uXXXX");
        } else {
            value.append("\\'\"\n\r\t".charAt(which));
        }
        return from + 1;
    }
}
