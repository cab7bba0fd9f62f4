package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntityTagsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "a" | true | true
            W/"a" | false | true
            "b" | false | false
            a | false | false
            "a | false | false
            a" | false | false
            "A" | false | false
            "b","a" | true | true
            "b", "a" | true | true
            "b",W/"a" | false | true
            W/"b", "a" | true | true
            ,, "a" ,, | true | true
            b, "a" | false | false
            "a,b" | false | false
            "x", "y", "z" | false | false
            w/"a" | false | false
            W/ "a" | false | false
            '' | false | false
            "" | false | false
            * | false | false
            """)
    void comparesAsTheRfcSays(String list, boolean strongly, boolean weakly) {
        assertEquals(strongly, EntityTags.contains(list, "\"a\"", false));
        assertEquals(weakly, EntityTags.contains(list, "\"a\"", true));
    }
}
