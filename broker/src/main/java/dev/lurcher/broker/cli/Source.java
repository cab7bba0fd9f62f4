package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Problem;
import dev.lurcher.broker.config.Problem.Severity;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.ServerCheck;
import dev.lurcher.broker.tls.TlsCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that names the database, and the reading of it. */
final class Source {
    @Option(
            names = "--db",
            paramLabel = "FILE",
            defaultValue = "config.sqlite",
            description = "The configuration database (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path file;

    /** What every server is looked over for before it is started. */
    static ServerCheck[] checks() {
        return new ServerCheck[] {new EndpointCheck(), new AdmissionCheck(), new RouteCheck(), new TlsCheck()};
    }

    Path file() {
        return file;
    }

    ConfigDatabase read() {
        return ConfigDatabase.read(file);
    }

    /**
     * Reads a database to show what is in it. Whatever is wrong with it is no obstacle; it is said how to hear of it.
     *
     * @param uuid the server that is asked about; null for all
     */
    Survey survey(@Nullable String uuid, PrintWriter err) {
        ConfigDatabase database = read();
        if (uuid != null) {
            database.chosenServer(uuid);
        }
        ConfigReader.Survey all = ConfigReader.survey(database);
        if (count(all.problems(), Severity.ERROR) > 0) {
            err.println("broker: " + file + " has " + counted(all.problems()) + ". Fix: see broker check --db " + file);
            err.flush();
        }
        List<Server> servers = all.servers().stream()
                .filter(server -> uuid == null || uuid.equals(server.uuid()))
                .toList();
        return new Survey(servers, all);
    }

    /**
     * What a command shows.
     *
     * @param servers those that were asked about
     * @param all the whole database
     */
    record Survey(List<Server> servers, ConfigReader.Survey all) {}

    /** The whole database, without a word about what is wrong: for those who need not know, or look at that themselves. */
    ConfigReader.Survey all() {
        return ConfigReader.survey(read());
    }

    static long count(List<Problem> problems, Severity severity) {
        return problems.stream()
                .filter(problem -> problem.severity() == severity)
                .count();
    }

    /** {@code 1 error, 2 warnings and 3 notes}. */
    static String counted(List<Problem> problems) {
        return number(problems, Severity.ERROR, "error") + ", " + number(problems, Severity.WARNING, "warning")
                + " and " + number(problems, Severity.NOTE, "note");
    }

    private static String number(List<Problem> problems, Severity severity, String word) {
        long count = count(problems, severity);
        return (count == 0 ? "no" : String.valueOf(count)) + " " + word + (count == 1 ? "" : "s");
    }
}
