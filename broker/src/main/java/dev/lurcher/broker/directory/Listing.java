package dev.lurcher.broker.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The page that shows a folder: one line for each name that can be followed, folders first. Blocks. */
final class Listing {
    /** Names beyond this are left out, and the page says so. */
    static final int MOST_NAMES = 5000;

    private static final String SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private final Path base;
    private final boolean dotFiles;

    /** @param base real path; links that lead out of it are not shown */
    Listing(Path base, boolean dotFiles) {
        this.base = base;
        this.dotFiles = dotFiles;
    }

    private record Line(String name, FileState state) {
        boolean isFolder() {
            return state.kind() == FileState.Kind.FOLDER;
        }
    }

    /**
     * The page.
     *
     * @param folder real path
     * @param name of the folder below the base, for people
     * @return HTML
     */
    String of(Path folder, String name) throws IOException {
        List<Line> lines = new ArrayList<>();
        boolean all = true;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                if (lines.size() == MOST_NAMES) {
                    all = false;
                    break;
                }
                add(entry, lines);
            }
        }
        lines.sort(Comparator.comparing(Line::isFolder).reversed().thenComparing(Line::name));
        return page(name, lines, all);
    }

    private void add(Path entry, List<Line> lines) {
        String name = String.valueOf(entry.getFileName());
        if (name.startsWith(".") && !dotFiles) {
            return;
        }
        try {
            Path real = entry.toRealPath();
            FileState state = FileState.of(real);
            if (real.startsWith(base) && state.kind() != FileState.Kind.OTHER) {
                lines.add(new Line(name, state));
            }
        } catch (IOException e) {
            // It is gone, or leads nowhere: nothing to follow.
        }
    }

    private static String page(String name, List<Line> lines, boolean all) {
        String title = "/" + escaped(name);
        StringBuilder html = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>")
                .append(title)
                .append("</title></head>\n<body>\n<h1>")
                .append(title)
                .append("</h1>\n<table>\n");
        if (!name.isEmpty()) {
            html.append("<tr><td><a href=\"../\">../</a></td><td></td><td></td></tr>\n");
        }
        for (Line line : lines) {
            String slash = line.isFolder() ? "/" : "";
            html.append("<tr><td><a href=\"./")
                    .append(encoded(line.name()))
                    .append(slash)
                    .append("\">")
                    .append(escaped(line.name()))
                    .append(slash)
                    .append("</a></td><td>")
                    .append(HttpTime.text(line.state().modifiedSecond()))
                    .append("</td><td>")
                    .append(line.isFolder() ? "" : line.state().size())
                    .append("</td></tr>\n");
        }
        html.append("</table>\n");
        if (!all) {
            html.append("<p>There are more than ").append(MOST_NAMES).append(" names.</p>\n");
        }
        return html.append("</body>\n</html>\n").toString();
    }

    /** For text and for attribute values. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** One segment of a path in a URI. */
    private static String encoded(String name) {
        StringBuilder uri = new StringBuilder();
        for (byte b : name.getBytes(UTF_8)) {
            if (b > 0 && SAFE.indexOf(b) >= 0) {
                uri.append((char) b);
            } else {
                uri.append('%')
                        .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
                        .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
            }
        }
        return uri.toString();
    }
}
