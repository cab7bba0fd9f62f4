package dev.lurcher.broker.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MediaTypesTest {
    private final MediaTypes types = new MediaTypes(Map.of(
            ".html", "text/html",
            ".gz", "application/gzip",
            ".tar.gz", "application/x-tar-gz",
            ".pcf.Z", "application/x-font-pcf",
            ".md", "text/x-mine"));

    @ParameterizedTest
    @CsvSource({
        "a.html,text/html",
        "A.HTML,text/html",
        "a.b.html,text/html",
        ".html,text/html",
        "a.gz,application/gzip",
        "a.tar.gz,application/x-tar-gz",
        "a.b.tar.gz,application/x-tar-gz",
        "sub.html/a,text/plain",
        "a.pcf.Z,application/x-font-pcf",
        "a.md,text/x-mine",
        "a.wasm,application/wasm",
        "a.woff2,font/woff2",
        "a.webp,image/webp",
        "a.avif,image/avif",
        "a.mjs,text/javascript",
        "a.js.map,application/json",
        "a.yaml,application/yaml",
        "a.unknown,text/plain",
        "html,text/plain",
        "a.,text/plain",
        "a,text/plain"
    })
    void takesTheLongestKnownEnd(String name, String type) {
        assertEquals(type, types.of(name, "text/plain"));
    }
}
