package dev.lurcher.broker.config;

import dev.lurcher.broker.config.ConfigException.Code;
import dev.lurcher.broker.config.Problem.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes immutable records of a database's rows, and a list of everything that is wrong with them. Nothing is repaired.
 * <p>Thread: any; each reading is by itself.
 */
public final class ConfigReader {
    private final ConfigDatabase database;
    private final List<ServerCheck> checks = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Settings settings;
    private final Map<String, String> mimeTypes;
    private final TargetRows targets;
    private final ServerRows servers;
    private final AdmissionRows admissions;

    private ConfigReader(ConfigDatabase database, ServerCheck... checks) {
        this.database = database;
        this.checks.add(new BindingCheck());
        this.checks.add(new FolderCheck());
        this.checks.addAll(List.of(checks));
        SettingRows global = new SettingRows(problems::add);
        settings = global.settings(database.rows(Table.SETTING));
        mimeTypes = global.mimeTypes(database.rows(Table.MIMETYPE), settings);
        targets = new TargetRows(database, settings, problems::add);
        HostRows hosts = new HostRows(database, settings, targets, problems::add);
        servers = new ServerRows(database, hosts, problems::add);
        admissions = new AdmissionRows(database, settings, problems::add);
    }

    /**
     * One server, read.
     *
     * @param file the database
     * @param configuration null when there are errors among the problems
     * @param problems everything that was found
     */
    public record Loaded(Path file, @Nullable Configuration configuration, List<Problem> problems) {
        /**
         * The configuration, if a broker can run with it.
         *
         * @throws ConfigException INVALID, with all problems
         */
        public Configuration valid() {
            if (configuration == null) {
                throw invalid(file, problems);
            }
            return configuration;
        }
    }

    /**
     * A whole database, read as far as possible: where a row is wrong, with what is nearest to it.
     *
     * @param settings what holds for all servers
     * @param servers in the order of their rows
     * @param problems everything that was found
     */
    public record Survey(Settings settings, List<Server> servers, List<Problem> problems) {}

    /**
     * Reads one server with everything that belongs to it. Rows that do not belong to it are not looked at.
     *
     * @param checks what it is looked over for beside what stands in its rows
     * @throws ConfigException NO_SUCH_SERVER
     */
    public static Loaded read(ConfigDatabase database, String uuid, ServerCheck... checks) {
        database.chosenServer(uuid);
        return new ConfigReader(database, checks).one(uuid);
    }

    /** Reads all servers, and looks for rows that belong to none. */
    public static Survey survey(ConfigDatabase database, ServerCheck... checks) {
        return new ConfigReader(database, checks).all();
    }

    private static ConfigException invalid(Path file, List<Problem> problems) {
        StringBuilder message = new StringBuilder(file + " cannot be used:");
        problems.stream()
                .filter(problem -> problem.severity() == Severity.ERROR)
                .forEach(problem -> message.append("\n  ").append(problem));
        return new ConfigException(Code.INVALID, message.toString(), problems);
    }

    private Loaded one(String uuid) {
        Row row = database.serverRow(uuid);
        Configuration draft = checked(row);
        boolean broken = problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
        return new Loaded(database.file(), broken ? null : draft, List.copyOf(problems));
    }

    private Survey all() {
        List<Server> found = database.rows(Table.SERVER).stream()
                .map(row -> checked(row).server())
                .toList();
        new Leftovers(database, found, problems::add).find(targets);
        return new Survey(settings, found, List.copyOf(problems));
    }

    private Configuration checked(Row row) {
        Server server = servers.server(row);
        Configuration draft = new Configuration(server, settings, mimeTypes, admissions.of(server));
        checks.forEach(check -> check.check(draft, problems::add));
        return draft;
    }
}
