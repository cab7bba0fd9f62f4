package dev.lurcher.broker.config.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.language.LanguageException.Code;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read, what it means, and what is said of what cannot be read. */
class LanguageTest {
    private static final String DIR = "Dir(base='www/', index_file='index.html', default_ctype='text/plain'%s)";

    private static List<Entry> rows(Draft draft, String table) {
        return draft.entries().stream()
                .filter(entry -> entry.table().equals(table))
                .toList();
    }

    /** The value of a setting, as it is stored. */
    private static @Nullable Object setting(String value) {
        Draft draft = Sources.read(Sources.server("") + "settings = {'key': " + value + "}");
        return rows(draft, "setting").get(0).value("value");
    }

    /** The value of a column for numbers. */
    private static @Nullable Object number(String value) {
        Draft draft = Sources.read(Sources.server("'/': " + DIR.formatted(", expires = " + value)));
        return rows(draft, "directory").get(0).value("expires");
    }

    private static LanguageException refused(String text) {
        return assertThrows(LanguageException.class, () -> Sources.read(text));
    }

    private static String message(String text) {
        return String.valueOf(refused(text).getMessage());
    }

    @Test
    void numbersRowsAsMongrel2sToolDoes() {
        Draft draft = Sources.read("""
                web = %s
                chat = Handler(send_spec='tcp://127.0.0.1:9999' send_ident='chat' recv_spec='tcp://127.0.0.1:9998' recv_ident='')
                main = Server(uuid='u' name='n' port=80 default_host='a' access_log='/a' error_log='/e' pid_file='/p'
                    hosts=[Host(name='a' routes={'/chat': chat '/': web}) Host(name='b' matching='x.(.+)' routes={'/': chat})])
                servers = [main]
                """.formatted(DIR.formatted(", cache_ttl=10")));

        assertEquals(
                List.of(
                        Map.of("host_id", 1L, "path", "/chat", "target_type", "handler", "target_id", 1L),
                        Map.of("host_id", 1L, "path", "/", "target_type", "dir", "target_id", 1L),
                        Map.of("host_id", 2L, "path", "/", "target_type", "handler", "target_id", 1L)),
                rows(draft, "route").stream().map(Entry::values).toList());
        assertEquals(
                List.of(
                        Map.of("server_id", 1L, "name", "a", "matching", "a"),
                        Map.of("server_id", 1L, "name", "b", "matching", "x.(.+)")),
                rows(draft, "host").stream().map(Entry::values).toList());
        assertEquals(10L, rows(draft, "directory").get(0).value("cache_ttl"));
        assertEquals(List.of(), draft.warnings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[,main,]", "[main\n]", "[ # the only one\n main # it\n]", "[main]#"})
    void takesCommasAndCommentsAnywhere(String list) {
        String main = Sources.server("").replace("servers = [", "main = ").replaceAll("\\]\\s*$", "");

        assertEquals(
                1, rows(Sources.read(main + "\nservers = " + list), "server").size());
    }

    @Test
    void doesNotTakeTwoCommas() {
        assertTrue(message("servers = [a,,b]").contains("here stands \",\" where a value is expected"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "5 | 5",
                "-5 | -5",
                "true | 1",
                "false | 0",
                "'10' | 10",
                "'007' | 7",
                "9223372036854775807 | 9223372036854775807"
            })
    void readsWholeNumbers(String written, long read) {
        assertEquals(read, number(written));
    }

    @Test
    void readsNumbersWithAFraction() {
        assertEquals(0.5, number("0.5"));
        assertEquals(5L, number("5.0"));
        assertEquals(1.0e300, number("1.0E300"));
    }

    @Test
    void leavesUnitsToThoseWhoReadThem() {
        assertEquals("30s", number("'30s'"));
        assertNull(number("null"));
    }

    @Test
    void keepsNumbersOfSettingsAsTheyAreWritten() {
        assertEquals("007", setting("007"));
        assertEquals("12345678901234567890", setting("12345678901234567890"));
        assertEquals("1", setting("true"));
    }

    @Test
    void keepsBackslashesAsMongrel2sToolDoes() {
        assertEquals("it\\'s", setting("'it\\'s'"));
        assertEquals("a\\\\", setting("'a\\\\'"));
        assertEquals("/x/(\\a-\\-\\d+\\.jpg)", setting("\"/x/(\\a-\\-\\d+\\.jpg)\""));
        assertEquals("two\nlines # and no comment", setting("'two\nlines # and no comment'"));
    }

    @Test
    void readsEscapesBehindADollar() {
        assertEquals("it's \"x\"\n\\\u20ac", setting("$'it\\'s \\\"x\\\"\\n\\\\\\u20ac'"));
        assertTrue(message("x = $'\\q'").contains("there is no such escape"));
    }

    @Test
    void followsNamesToWhateverEnd() {
        String text = "servers = list\nlist = [one]\none = other\n"
                + Sources.server("'/': deep").replace("servers = [", "other = ").replaceAll("\\]\\s*$", "")
                + "\ndeep = deeper deeper = " + DIR.formatted("");

        assertEquals(1, rows(Sources.read(text), "directory").size());
    }

    @Test
    void aWordMayBeANameToo() {
        String text = Sources.server("'/': null") + "null = " + DIR.formatted("");

        assertEquals(1, rows(Sources.read(text), "directory").size());
    }

    @Test
    void theLastAssignmentCounts() {
        Draft draft = Sources.read(Sources.server("") + "settings = {'a': 1} settings = {'b': 2}");

        assertEquals(
                List.of("b"),
                rows(draft, "setting").stream().map(row -> row.value("key")).toList());
    }

    @Test
    void theLastOfTwoEqualKeysCountsAndIsWarnedOf() {
        Draft draft = Sources.read(Sources.server("") + "settings = {'a': 1, 'a': 2}");

        assertEquals(
                List.of("2"),
                rows(draft, "setting").stream().map(row -> row.value("value")).toList());
        assertEquals(
                "an earlier pair has the same key, and this one counts",
                draft.warnings().get(0).fault());
    }

    @Test
    void includesFiles() {
        Draft draft = Sources.read(
                "include 'handlers.conf'\n" + Sources.server("'/': web") + "include = 'a name'",
                Map.of("handlers.conf", "include 'dirs.conf'", "dirs.conf", "web = " + DIR.formatted("")),
                Map.of());

        assertEquals(1, rows(draft, "directory").size());
    }

    @Test
    void refusesAFileThatIncludesItself() {
        LanguageException refused = assertThrows(
                LanguageException.class, () -> Sources.read("include 'a'", Map.of("a", "include 'a'"), Map.of()));

        assertEquals(Code.SYNTAX, refused.code());
        assertEquals("""
                a:1:9: error: this file includes itself
                    include 'a'
                            ^
                  Fix: leave this line out""", refused.getMessage());
    }

    @Test
    void saysWhereAMissingFileIsIncluded() {
        assertEquals(
                """
                site.conf:2:9: error: gone.conf cannot be read: there is no such file
                    include 'gone.conf'
                            ^
                  Fix: write the name of a file, relative to this one""",
                assertThrows(LanguageException.class, () -> Sources.read("\ninclude 'gone.conf'", Map.of(), Map.of()))
                        .getMessage());
    }

    @Test
    void takesVariablesOfTheEnvironment() {
        String text = Sources.server("").replace("port=6767", "port=env('PORT', 6767)");

        assertEquals(6767L, rows(Sources.read(text), "server").get(0).value("port"));
        assertEquals(
                80L,
                rows(Sources.read(text, Map.of(), Map.of("PORT", "80")), "server")
                        .get(0)
                        .value("port"));
        assertTrue(message(text.replace(", 6767)", ")")).contains("the environment variable PORT is not set"));
    }

    @Test
    void storesTheSettingsOfFiltersAsNetstrings() {
        Draft draft = Sources.read(
                """
                extra = {'q': 2}
                """
                        + Sources.server("")
                                .replace(
                                        "hosts=",
                                        "filters=[Filter(name='/x.so', settings={'a': [1, '\u00fc', extra], 'b': true})], hosts="));

        assertEquals(
                "39:1:a,20:1:1#2:\u00fc,8:1:q,1:2#}]1:b,4:true!}",
                rows(draft, "filter").get(0).value("settings"));
    }

    @Test
    void refusesSettingsOfAFilterThatContainThemselves() {
        String text =
                Sources.server("").replace("hosts=", "filters=[Filter(name='x', settings=a)], hosts=") + "a = {'a': a}";

        assertTrue(message(text).contains("this contains itself, or is too much"));
    }

    @Test
    void refusesWhatMultipliesItself() {
        String text =
                "x = Server(uuid='u', name='n', port=1, default_host='h', access_log='a', error_log='e', pid_file='p', hosts=["
                        + "h,".repeat(100) + "]) h = Host(name='h', routes={"
                        + IntStream.range(0, 12)
                                .mapToObj(i -> "'/" + i + "': d")
                                .collect(Collectors.joining(" "))
                        + "}) d = " + DIR.formatted("") + " servers = [" + "x,".repeat(100) + "]";

        assertTrue(message(text).contains("this makes more than 100000 rows"));
    }

    @Test
    void warnsOfParametersThatThereAreNot() {
        Draft draft = Sources.read(Sources.server("'/': " + DIR.formatted(", cache_tll=5")));

        assertEquals(1, draft.warnings().size());
        assertTrue(
                draft.warnings().get(0).toString().startsWith("site.conf:2:"),
                draft.warnings().get(0).toString());
        assertEquals(
                "Dir has no parameter cache_tll, and it does nothing",
                draft.warnings().get(0).fault());
        assertEquals(
                "write cache_ttl, if that is meant", draft.warnings().get(0).fix());
    }

    @Test
    void warnsOfAMistypedListAtTheTop() {
        Draft draft = Sources.read(Sources.server("") + "mimetype = {'.a': 'b/c'}");

        assertEquals("nothing looks for mimetype", draft.warnings().get(0).fault());
    }

    @Test
    void findsSeveralErrorsInOneRun() {
        LanguageException refused = refused("""
                a = Handler(send_spec 'x')
                b = [1, 2
                c = {'x': }
                d = 30s
                """);

        assertEquals(
                List.of("site.conf:1:23", "site.conf:3:3", "site.conf:3:11", "site.conf:4:5"),
                refused.complaints().stream()
                        .map(each -> each.spot().toString())
                        .toList());
    }

    @Test
    void showsTheLineWithACaret() {
        assertEquals("""
                site.conf:2:9: error: here stands "," where a value is expected
                     port = , # \u00fc
                            ^""", message("x = Server(\n\tport = , # \u00fc\n)"));
    }

    @Test
    void namesTheBracketThatIsNotClosed() {
        assertEquals("""
                site.conf:1:11: error: this "(" is not closed
                    x = Server(name='a'
                              ^
                  Fix: write ")" where it ends""", message("x = Server(name='a'\n\n"));
    }

    @Test
    void namesTheStringThatHasNoEnd() {
        assertTrue(message("a = 1\nb = 'x\nc = 2\n").startsWith("site.conf:2:5: error: this string has no end"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "a = 1 | there is no list of servers",
                "servers = main | nothing is assigned to the name main",
                "servers = [b] b = a a = b | the name b stands for itself",
                "servers = 5 | servers is a list, and here stands a number",
                "servers = [Serve()] | here stands a Serve where a Server is expected",
                "servers = [Server()] | this Server has no uuid",
                "servers = [] settings = [] | settings is a set of pairs, and here stands a list",
                "servers = [] settings = {'a': [1]} | here stands a list where a string or a number is expected"
            })
    void refusesWhatHasNoMeaning(String text, String fault) {
        LanguageException refused = refused(text);

        assertEquals(Code.MEANING, refused.code());
        assertTrue(String.valueOf(refused.getMessage()).contains(fault), refused.getMessage());
    }

    @Test
    void saysWhatAParameterTakes() {
        assertTrue(message(Sources.server("").replace("uuid='main'", "uuid=5"))
                .contains("here stands a number where a string is expected"));
        assertTrue(message(Sources.server("").replace("port=6767", "port=[]"))
                .contains("here stands a list where a number, or a string with a unit, is expected"));
        assertTrue(message(Sources.server("").replace("uuid='main'", "uuid=null"))
                .contains("here stands null where a string is expected"));
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertTrue(message("a = " + "[".repeat(10_000)).contains("this is too deep"));
    }

    @Test
    void cutsLongLines() {
        String excerpt = refused("a = '" + "x".repeat(5000) + "' , '" + "y".repeat(5000) + "'")
                .complaints()
                .get(0)
                .spot()
                .excerpt();

        assertTrue(excerpt.lines().allMatch(line -> line.length() < 200), excerpt);
    }

    @Test
    void readsWithAByteOrderMarkAndOtherLineEnds() {
        assertEquals(
                1,
                rows(Sources.read("\ufeff" + Sources.server("").replace("\n", "\r\n")), "server")
                        .size());
    }

    @Test
    void mediaTypesAreAddedReplacedAndTakenAway() {
        Draft draft = Sources.read(Sources.server("") + "mimetypes = {'.foo': 'a/b', '.html': 'x/y', '.css': null}");
        Map<Object, @Nullable Object> types = new HashMap<>();
        rows(draft, "mimetype")
                .forEach(row -> types.put(String.valueOf(row.value("extension")), row.value("mimetype")));

        assertEquals("a/b", types.get(".foo"));
        assertEquals("x/y", types.get(".html"));
        assertEquals("application/json", types.get(".json"));
        assertTrue(!types.containsKey(".css"));
    }
}
