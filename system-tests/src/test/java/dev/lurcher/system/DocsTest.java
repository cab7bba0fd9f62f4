package dev.lurcher.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages of the project name exists. */
class DocsTest {
    private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#]+)");
    private static final Pattern SCRIPT = Pattern.compile("(?<![\\w/])bin/[a-z]+");
    private static final Pattern SETTING =
            Pattern.compile("`((?:limits|handler|directory|proxy|zmtp|route|reply|access_log|tls|ssl)\\.[a-z_]+)[`=]");
    private static final Set<String> COLUMNS = Set.of(
            "handler.send_ident",
            "handler.send_spec",
            "handler.recv_spec",
            "handler.upload_limit",
            "handler.mechanism",
            "handler.websocket_auto",
            "handler.websocket_deflate",
            "handler.allowed_origins",
            "directory.dot_files",
            "directory.precompressed",
            "proxy.addr",
            "proxy.port");

    @Test
    void linksLeadToFiles() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page)).results().forEach(link -> {
                if (!Files.exists(page.resolveSibling(link.group(1)))) {
                    broken.add(page + ": " + link.group(1));
                }
            });
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void scriptsExist() throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path page : pages()) {
            SCRIPT.matcher(Files.readString(page)).results().forEach(script -> {
                if (!Files.isExecutable(ProjectCopy.SOURCES.resolve(script.group()))) {
                    missing.add(page + ": " + script.group());
                }
            });
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void settingsExist() throws IOException {
        Set<String> known = Stream.of(Setting.values()).map(Setting::key).collect(Collectors.toSet());
        List<String> unknown = new ArrayList<>();
        for (Path page : pages()) {
            SETTING.matcher(Files.readString(page)).results().forEach(setting -> {
                if (!known.contains(setting.group(1)) && !COLUMNS.contains(setting.group(1))) {
                    unknown.add(page + ": " + setting.group(1));
                }
            });
        }
        assertEquals(List.of(), unknown);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ProjectCopy.SOURCES);
                Stream<Path> docs = Files.walk(ProjectCopy.SOURCES.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
