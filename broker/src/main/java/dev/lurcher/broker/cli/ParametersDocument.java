package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.TableShape;
import java.util.stream.Collectors;

/** {@code docs/parameters.md}, made from the tables of {@code config.sqlite.sql}. */
final class ParametersDocument {
    private static final String HEAD = """
            # Classes and parameters

            <!-- Made by: bin/broker load --parameters >docs/parameters.md -->

            What may be written in a configuration; [configuration.md](configuration.md) explains the language. Each class is a table of
            `config.sqlite.sql`, and each parameter a column. A parameter without a default must be written. Those marked M are
            Mongrel2's; the others are ours.
            """;

    private ParametersDocument() {}

    /** The whole document. */
    static String text(Schema schema) {
        StringBuilder text = new StringBuilder(HEAD);
        for (TableShape shape : schema.tables()) {
            text.append("\n## ").append(shape.className()).append("\n\n");
            text.append(place(shape, schema))
                    .append("\n\n| parameter | value | default | meaning | M |\n|---|---|---|---|---|\n");
            for (ColumnShape column : shape.columns()) {
                text.append("| `%s` | %s | %s | %s | %s |%n"
                        .formatted(
                                column.name(),
                                kind(column),
                                byDefault(shape, column),
                                meaning(column),
                                isMongrel2(shape, column) ? "M" : ""));
            }
            if (shape.table().equals("host")) {
                text.append("| `routes` | pairs | | paths, with the Handler, Dir or Proxy that answers each | M |\n");
            }
            for (TableShape child : schema.ownedBy(shape.table())) {
                text.append("| `%s` | list of %s | | | %s |%n"
                        .formatted(child.listName(), child.className(), isMongrel2(child) ? "M" : ""));
            }
        }
        return text.append("\n## At the top\n\n").append(top(schema)).toString();
    }

    private static String place(TableShape shape, Schema schema) {
        String table = "Table `" + shape.table() + "`. ";
        if (shape.owner() != null) {
            return table + "In the list `" + shape.listName() + "` of a "
                    + schema.table(shape.owner()).className() + ".";
        }
        return table
                + (Schema.isTarget(shape.table())
                        ? "Behind a path, in the `routes` of a Host."
                        : "In the list `" + shape.listName() + "`.");
    }

    private static String top(Schema schema) {
        String lists = schema.ownedBy(null).stream()
                .map(shape -> "| `%s` | list of %s |%n".formatted(shape.listName(), shape.className()))
                .collect(Collectors.joining());
        return "| name | value |\n|---|---|\n" + lists
                + "| `settings` | pairs: the keys of [settings.md](settings.md) |\n"
                + "| `mimetypes` | pairs: a file name extension with its dot, and a media type; `null` takes one of ours away |\n";
    }

    private static boolean isMongrel2(TableShape shape) {
        return shape.columns().stream().anyMatch(column -> isMongrel2(shape, column));
    }

    private static boolean isMongrel2(TableShape shape, ColumnShape column) {
        return !column.isOurs() && !shape.columns().get(0).isOurs();
    }

    private static String kind(ColumnShape column) {
        return switch (column.kind()) {
            case TEXT -> "string";
            case NUMBER -> "number";
            case STRUCTURE -> "pairs";
        };
    }

    private static String byDefault(TableShape shape, ColumnShape column) {
        if (shape.table().equals("host") && column.name().equals("matching")) {
            return "the name";
        }
        Object value = column.byDefault();
        return column.isRequired()
                ? ""
                : value == null ? "`null`" : value instanceof String text ? "`'" + text + "'`" : "`" + value + "`";
    }

    private static String meaning(ColumnShape column) {
        return column.meaning().replace("NULL", "`null`").replace("|", "\\|").strip();
    }
}
