package dev.lurcher.broker.cli;

import dev.lurcher.broker.Origin;
import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Configuration;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.history.History;
import dev.lurcher.broker.config.history.Revision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The database by which a server runs, with what the command line changes of it.
 * <p>Thread: one at a time.
 */
final class ServedDatabase implements Origin {
    private final Path file;
    private final boolean insecureBind;
    private @Nullable String uuid;
    private @Nullable Logs logs;

    /** @param uuid null where the database has one server only */
    ServedDatabase(Path file, @Nullable String uuid, boolean insecureBind) {
        this.file = file;
        this.uuid = uuid;
        this.insecureBind = insecureBind;
    }

    /** From now on these go by the configuration that is in force. */
    void tell(Logs opened) {
        logs = opened;
    }

    @Override
    public ConfigReader.Loaded read() {
        ConfigDatabase database = ConfigDatabase.read(file);
        ServerCheck[] checks = Arrays.stream(Source.checks())
                .map(check -> (ServerCheck) (draft, problems) -> check.check(asAsked(draft), problems))
                .toArray(ServerCheck[]::new);
        // The same server from now on, even if others join it in the database.
        uuid = database.chosenServer(uuid);
        ConfigReader.Loaded loaded = ConfigReader.read(database, uuid, checks);
        Configuration read = loaded.configuration();
        return new ConfigReader.Loaded(file, read == null ? null : asAsked(read), loaded.problems());
    }

    @Override
    public long revision() {
        try {
            return History.list(file).stream().mapToLong(Revision::number).max().orElse(0);
        } catch (ConfigException e) {
            // What was read counts all the same.
            return 0;
        }
    }

    private Configuration asAsked(Configuration read) {
        return insecureBind ? read.with(read.settings().with(Setting.INSECURE_BIND, "1")) : read;
    }

    @Override
    public Runnable adopt(Configuration now, List<String> problems) {
        return logs == null ? () -> {} : logs.adopt(now, problems);
    }
}
