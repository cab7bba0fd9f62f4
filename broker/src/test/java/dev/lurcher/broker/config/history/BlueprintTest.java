package dev.lurcher.broker.config.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lurcher.broker.config.ConfigScript;
import dev.lurcher.broker.config.language.ColumnShape;
import dev.lurcher.broker.config.language.FileLibrary;
import dev.lurcher.broker.config.language.Language;
import dev.lurcher.broker.config.language.Schema;
import dev.lurcher.broker.config.language.TableShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script is the list of what there is. */
class BlueprintTest {
    private static final Blueprint BLUEPRINT = Blueprint.read();

    @TempDir
    private Path folder;

    private static ColumnShape column(String table, String name) {
        return Objects.requireNonNull(BLUEPRINT.schema().tables().stream()
                .filter(shape -> shape.table().equals(table))
                .flatMap(shape -> shape.columns().stream())
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElse(null));
    }

    @Test
    void takesClassesAndOwnersFromTheTables() {
        List<String> shown = BLUEPRINT.schema().tables().stream()
                .filter(shape -> List.of("server", "host", "handler", "directory", "proxy", "filter", "xrequest")
                        .contains(shape.table()))
                .map(shape -> shape.className() + " " + shape.owner() + " " + shape.listName())
                .toList();

        assertEquals(
                List.of(
                        "Server null servers",
                        "Host server hosts",
                        "Handler null handlers",
                        "Dir null directorys",
                        "Proxy null proxys",
                        "Filter server filters",
                        "Xrequest server xrequests"),
                shown);
    }

    @Test
    void takesParametersFromTheColumns() {
        ColumnShape timeout = column("handler", "timeout");
        assertEquals(ColumnShape.Kind.NUMBER, timeout.kind());
        assertTrue(timeout.isOurs() && timeout.isNullable() && !timeout.isRequired());
        assertTrue(timeout.meaning().startsWith("until a worker begins its answer"), timeout.meaning());

        ColumnShape matching = column("host", "matching");
        assertTrue(matching.meaning().endsWith("as \"(.+).example.com\""), matching.meaning());
        assertTrue(!matching.isOurs() && !matching.isNullable());

        assertEquals("0.0.0.0", column("server", "bind_addr").byDefault());
        assertEquals(0L, column("handler", "raw_payload").byDefault());
        assertEquals(ColumnShape.Kind.STRUCTURE, column("filter", "settings").kind());
    }

    @Test
    void saysSomethingOfEachColumn() {
        for (TableShape shape : BLUEPRINT.schema().tables()) {
            for (ColumnShape column : shape.columns()) {
                assertTrue(
                        !column.meaning().isEmpty(),
                        shape.table() + "." + column.name() + " has no comment in config.sqlite.sql");
            }
        }
    }

    @Test
    void theDemoIsTheSameInTheLanguage() throws IOException {
        Path file = folder.resolve("config.sqlite");
        ConfigScript.create(file, "");
        Schema schema = BLUEPRINT.schema();
        ConfigStore store = new ConfigStore(file, BLUEPRINT);

        assertEquals(
                ConfigTree.of(store.entries(), schema),
                ConfigTree.of(
                        Language.alone(schema)
                                .read(FileLibrary.read(Path.of("../demo.conf")))
                                .entries(),
                        schema));
    }
}
