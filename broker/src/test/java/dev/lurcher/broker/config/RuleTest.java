package dev.lurcher.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.Rule.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
    private static final Rule TIME = Rule.time("0", "24h", "10s");
    private static final Rule BYTES = Rule.bytes("0", "1g", "64k");
    private static final Rule AS_MONGREL2 = Rule.count(-5, 1 << 30, "20480").asMongrel2();

    @ParameterizedTest
    @CsvSource({
        "30s, 30000",
        "100ms, 100",
        "2m, 120000",
        "1h, 3600000",
        "30, 30000",
        "2.5, 2500",
        "0.5s, 500",
        "1.5 m, 90000",
        "0.001, 1",
        "0.050000h, 180000",
        "-0, 0"
    })
    void readsTimes(String text, long millis) {
        assertEquals(new Reading(millis, "", ""), TIME.read(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "4096, 4096", "64k, 65536", "1m, 1048576", "1g, 1073741824", "1.5k, 1536"})
    void readsSizes(String text, long bytes) {
        assertEquals(new Reading(bytes, "", ""), BYTES.read(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "10 seconds",
                "10S",
                "-1",
                "+1",
                "1e3",
                "10s ",
                " 10s",
                "1..2",
                "0.0001",
                "９",
                "25h",
                "24.000001h",
                "999999999999999h",
                "-0.5s",
                "0.0005s",
                "99999999999999999999"
            })
    void refusesWhatIsNoTimeOrOutOfRange(String text) {
        assertTrue(!TIME.read(text).fault().isEmpty(), text);
    }

    @Test
    void namesTheUnitsThatThereAre() {
        assertEquals("the unit \"d\" is none of ms, s, m, h", TIME.read("1d").fault());
        assertEquals("the unit \"t\" is none of k, m, g", BYTES.read("1t").fault());
    }

    @ParameterizedTest
    @CsvSource({
        "'20 * 1024', 20",
        "64k, 64",
        "'  7', 7",
        "+7, 7",
        "0x10, 0",
        "yes, 0",
        "'', 0",
        "-3x, -3",
        "7.9, 7",
        "007, 7"
    })
    void readsTheNumbersOfMongrel2AsCDoesAndSaysSoWhereTheyLookOtherwise(String text, long number) {
        Reading reading = AS_MONGREL2.read(text);

        assertEquals(number, reading.number());
        assertEquals("", reading.fault());
        boolean looksTheSame = text.equals("+7") || text.equals("007");
        assertEquals(looksTheSame, reading.remark().isEmpty(), reading.remark());
        assertTrue(looksTheSame || reading.remark().startsWith("it is read as " + number + ", as Mongrel2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-6", "1073741825", "99999999999999999999999"})
    void boundsTheNumbersOfMongrel2(String text) {
        assertTrue(!AS_MONGREL2.read(text).fault().isEmpty(), text);
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, ''", "2, it is out of range", "-1, it is out of range", "yes, it is not a number"})
    void aFlagIsZeroOrOne(String text, String fault) {
        assertEquals(fault, Rule.flag("0").read(text).fault());
    }

    @Test
    void aWordIsOneOfThose() {
        Rule rule = Rule.word("red", "green");

        assertEquals("", rule.read("green").fault());
        assertEquals("there is no such word", rule.read("Green").fault());
        assertEquals("red, green", rule.range());
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everyDefaultIsAllowedAndEveryRangeReadsBack(Setting setting) {
        Rule rule = setting.rule();

        assertEquals(new Reading(rule.read(setting.byDefault()).number(), "", ""), rule.read(setting.byDefault()));
        if (rule.kind() == Setting.Kind.DURATION) {
            assertEquals(rule.least(), rule.read(Rule.time(rule.least())).number());
            assertEquals(rule.most(), rule.read(Rule.time(rule.most())).number());
        }
        if (rule.kind() == Setting.Kind.BYTES && !rule.mongrel2()) {
            assertEquals(rule.least(), rule.read(Rule.bytes(rule.least())).number());
            assertEquals(rule.most(), rule.read(Rule.bytes(rule.most())).number());
        }
        assertTrue(setting.meaning().length() > 3 && !setting.meaning().contains("|"), setting.meaning());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1ms", "1000, 1s", "90000, 90s", "60000, 60s", "120000, 2m", "3600000, 1h", "86400000, 24h"})
    void writesTimesAsShortAsCanBe(long millis, String text) {
        assertEquals(text, Rule.time(millis));
    }
}
