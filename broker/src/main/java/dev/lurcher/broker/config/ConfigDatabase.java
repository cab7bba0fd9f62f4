package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a configuration database: Mongrel2's tables, with columns of ours or without. All rows of one moment; the
 * file is closed again. Immutable; {@link #read} blocks, so never on an event loop.
 */
public final class ConfigDatabase {
    private final Path file;
    private final Map<Table, List<Row>> rows;

    ConfigDatabase(Path file, Map<Table, List<Row>> rows) {
        this.file = file;
        this.rows = new EnumMap<>(rows);
    }

    /**
     * Does beforehand what the first {@link #read} of a process does once. Any thread.
     *
     * @throws ConfigException UNREADABLE
     */
    public static void prepare() {
        DatabaseFile.prepare();
    }

    /**
     * Reads a database. It is opened for reading only, looked over for damage, and waited for at most a second where it is
     * locked.
     *
     * @throws ConfigException UNREADABLE, NOT_A_DATABASE, LOCKED or WRONG_SCHEMA
     */
    public static ConfigDatabase read(Path file) {
        return new ConfigDatabase(file, DatabaseFile.read(file));
    }

    /** Where it was read from. */
    public Path file() {
        return file;
    }

    /** The rows of a table in their natural order, which is that of their ids and decides about routes. */
    List<Row> rows(Table table) {
        return rows.getOrDefault(table, List.of());
    }

    /** The uuids of all servers, in the order of their rows. */
    public List<String> serverUuids() {
        return rows(Table.SERVER).stream().map(ConfigDatabase::uuid).toList();
    }

    /** The first row of the server whose uuid is among {@link #serverUuids}. */
    Row serverRow(String uuid) {
        return rows(Table.SERVER).stream()
                .filter(row -> uuid(row).equals(uuid))
                .findFirst()
                .orElseThrow();
    }

    /** As it would be printed, where it is no text. */
    private static String uuid(Row row) {
        return row.text("uuid", "", problem -> {});
    }

    /**
     * The uuid of the server that is meant.
     *
     * @param uuid as somebody wrote it; null means the only one there is
     * @throws ConfigException NO_SUCH_SERVER, with the uuids there are
     */
    public String chosenServer(@Nullable String uuid) {
        List<String> known = serverUuids();
        if (known.isEmpty()) {
            throw noSuchServer("its table server is empty", "insert a row");
        }
        String all = String.join(", ", known);
        if (uuid == null && known.size() > 1) {
            throw noSuchServer("it has " + known.size() + " servers", "name the uuid of one: " + all);
        }
        if (uuid != null && !known.contains(uuid)) {
            String near = Nearest.of(uuid, known);
            throw noSuchServer(
                    "it has no server with the uuid \"" + uuid + "\""
                            + (near == null ? "" : "; \"" + near + "\" is near"),
                    "name one of: " + all);
        }
        return uuid == null ? known.get(0) : uuid;
    }

    private ConfigException noSuchServer(String what, String fix) {
        return new ConfigException(Code.NO_SUCH_SERVER, file + ": " + what + ". Fix: " + fix + ".");
    }
}
