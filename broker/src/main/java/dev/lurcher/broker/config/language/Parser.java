package dev.lurcher.broker.config.language;

import dev.lurcher.broker.config.language.Expression.Assignment;
import dev.lurcher.broker.config.language.Expression.Pair;
import dev.lurcher.broker.config.language.LanguageException.Code;
import dev.lurcher.broker.config.language.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes assignments of words.
 *
 * <pre>
 * file       = *( assignment / "include" string )
 * assignment = name "=" value
 * value      = string / number / name / "env" "(" string [ "," value ] ")"
 *            / name "(" *assignment ")" / "[" *value "]" / "{" *( string ":" value ) "}"
 * </pre>
 *
 * Between the parts of a list, and behind the last one, a comma may stand. After an error the reading goes on where a line begins
 * with an assignment, so that one run finds what is wrong in several places.
 */
final class Parser {
    private static final int DEEPEST = 40;
    private static final int MOST_COMPLAINTS = 20;
    private static final int MOST_FILES = 200;

    private final Library library;
    private final List<Complaint> complaints;
    private final List<Assignment> found = new ArrayList<>();
    private final Set<String> open = new HashSet<>();
    private List<Token> tokens = List.of();
    private int at;
    private int files;

    Parser(Library library, List<Complaint> complaints) {
        this.library = library;
        this.complaints = complaints;
    }

    /** What stands in a text and in those that it includes, in that order. Errors go to the list of complaints. */
    List<Assignment> parse(SourceText source) {
        List<Token> outer = tokens;
        int outerAt = at;
        open.add(source.name());
        tokens = new Tokenizer(source, complaints::add).tokens();
        at = 0;
        while (peek().kind() != Kind.END && complaints.size() < MOST_COMPLAINTS) {
            int start = at;
            try {
                statement();
            } catch (LanguageException broken) {
                complaints.addAll(broken.complaints());
                recover(start);
            }
        }
        tokens = outer;
        at = outerAt;
        open.remove(source.name());
        return found;
    }

    /** Goes to the next line that begins with an assignment, or to that which was taken for a part of the one before. */
    private void recover(int start) {
        if (at == start) {
            at++;
        } else if (at > start + 1 && peek().is("=") && tokens.get(at - 1).spot().beginsLine()) {
            at--;
        }
        while (peek().kind() != Kind.END && !(peek().spot().beginsLine() && beginsStatement())) {
            at++;
        }
    }

    private boolean beginsStatement() {
        Token next = tokens.get(Math.min(at + 1, tokens.size() - 1));
        return peek().kind() == Kind.NAME
                && (next.is("=") || (peek().text().equals("include") && next.kind() == Kind.TEXT));
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token take() {
        Token token = peek();
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    private boolean skip(String mark) {
        boolean is = peek().is(mark);
        if (is) {
            at++;
        }
        return is;
    }

    private static LanguageException broken(Spot spot, String fault, String fix) {
        return new LanguageException(Code.SYNTAX, List.of(Complaint.error(spot, fault, fix)));
    }

    private LanguageException unexpected(String expected) {
        return broken(peek().spot(), "here stands " + peek().shown() + " where " + expected + " is expected", "");
    }

    private Token expect(Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        return take();
    }

    private void expect(String mark) {
        if (!skip(mark)) {
            throw unexpected("\"" + mark + "\"");
        }
    }

    private void statement() {
        if (peek().text().equals("include")
                && beginsStatement()
                && tokens.get(at + 1).kind() == Kind.TEXT) {
            take();
            include(take());
        } else {
            found.add(assignment(0));
        }
    }

    private void include(Token name) {
        SourceText source = included(name);
        if (open.contains(source.name())) {
            throw broken(name.spot(), "this file includes itself", "leave this line out");
        }
        if (++files > MOST_FILES) {
            throw broken(name.spot(), "more than " + MOST_FILES + " files are included", "put some of them together");
        }
        parse(source);
    }

    private SourceText included(Token name) {
        try {
            return library.open(name.text(), name.spot().source());
        } catch (LanguageException unreadable) {
            throw broken(
                    name.spot(),
                    String.valueOf(unreadable.getMessage()),
                    "write the name of a file, relative to this one");
        }
    }

    private Assignment assignment(int depth) {
        Token name = expect(Kind.NAME, "a name with \"=\" behind it");
        expect("=");
        return new Assignment(name.spot(), name.text(), value(depth));
    }

    private Expression value(int depth) {
        if (depth > DEEPEST) {
            throw broken(
                    peek().spot(),
                    "this is too deep: " + DEEPEST + " brackets are open",
                    "assign parts of it to names");
        }
        Token token = peek();
        return switch (token.kind()) {
            case TEXT -> new Expression.Text(take().spot(), token.text());
            case NUMBER -> new Expression.Numeral(take().spot(), token.text());
            case NAME -> name(take(), depth);
            case MARK, END -> bracket(token, depth);
        };
    }

    private Expression name(Token name, int depth) {
        if (!peek().is("(")) {
            return new Expression.Reference(name.spot(), name.text());
        }
        Token bracket = take();
        if (name.text().equals("env")) {
            return environment(name, bracket, depth);
        }
        return new Expression.Construct(name.spot(), name.text(), several(bracket, ")", () -> assignment(depth + 1)));
    }

    private Expression environment(Token name, Token bracket, int depth) {
        String variable = expect(Kind.TEXT, "the name of an environment variable, in quotes,")
                .text();
        @Nullable Expression fallback = null;
        if (skip(",") && !peek().is(")")) {
            fallback = value(depth + 1);
            skip(",");
        }
        close(bracket, ")");
        return new Expression.Environment(name.spot(), variable, fallback);
    }

    private Expression bracket(Token token, int depth) {
        if (skip("[")) {
            return new Expression.Items(token.spot(), several(token, "]", () -> value(depth + 1)));
        }
        if (skip("{")) {
            return new Expression.Pairs(token.spot(), several(token, "}", () -> pair(depth + 1)));
        }
        throw unexpected("a value");
    }

    private Pair pair(int depth) {
        Token key = expect(Kind.TEXT, "a string with \":\" behind it");
        expect(":");
        return new Pair(new Expression.Text(key.spot(), key.text()), value(depth));
    }

    /** What stands between two brackets, with commas or without. */
    private <T> List<T> several(Token opening, String closing, Supplier<T> one) {
        List<T> all = new ArrayList<>();
        skip(",");
        while (!peek().is(closing)) {
            if (peek().kind() == Kind.END) {
                close(opening, closing);
            }
            all.add(one.get());
            skip(",");
        }
        close(opening, closing);
        return List.copyOf(all);
    }

    private void close(Token opening, String closing) {
        if (peek().kind() == Kind.END) {
            throw broken(
                    opening.spot(),
                    "this \"" + opening.text() + "\" is not closed",
                    "write \"" + closing + "\" where it ends");
        }
        expect(closing);
    }
}
