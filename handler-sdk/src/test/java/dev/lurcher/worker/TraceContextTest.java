package dev.lurcher.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Test
    void readsTheField() {
        TraceContext trace = TraceContext.read("00-" + TRACE + "-" + SPAN + "-01", "a=b");
        assertEquals(new TraceContext(TRACE, SPAN, true, "a=b"), trace);
        assertNotNull(trace);
        assertEquals("00-" + TRACE + "-0123456789abcdef-01", trace.traceParent("0123456789abcdef"));
    }

    @Test
    void readsLaterVersionsAsFarAsItKnowsThem() {
        assertEquals(
                new TraceContext(TRACE, SPAN, false, ""),
                TraceContext.read("cc-" + TRACE + "-" + SPAN + "-02-what-ever", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00-" + TRACE + "-" + SPAN,
                "00-" + TRACE + "-" + SPAN + "-01-x",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01"
            })
    void knowsWhatIsNone(String field) {
        assertNull(TraceContext.read(field, ""));
        assertNull(TraceContext.read(null, ""));
    }
}
