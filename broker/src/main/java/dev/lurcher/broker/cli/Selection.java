package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.ConfigException.Code;
import dev.lurcher.broker.config.Server;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which servers are meant: as m2sh has them, and not needed where the database has one server only. */
final class Selection {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything else
    private CommandSpec spec;

    @Option(names = "--name", paramLabel = "NAME", description = "The server with this name (server.name).")
    private @Nullable String name;

    @Option(names = "--host", paramLabel = "HOST", description = "The server with this default host.")
    private @Nullable String host;

    @Option(names = "--uuid", paramLabel = "UUID", description = "The server with this uuid.")
    private @Nullable String uuid;

    @Option(names = "--every", description = "Every server of the configuration.")
    private boolean every;

    /**
     * Those that are meant; at least one.
     *
     * @throws ConfigException NO_SUCH_SERVER
     */
    List<Server> of(List<Server> all) {
        requireOneWay();
        if (every || (all.size() == 1 && name == null && host == null && uuid == null)) {
            if (all.isEmpty()) {
                throw none("the configuration has no server", "insert a row into table server");
            }
            return all;
        }
        return List.of(one(all));
    }

    private void requireOneWay() {
        int ways = (name == null ? 0 : 1) + (host == null ? 0 : 1) + (uuid == null ? 0 : 1) + (every ? 1 : 0);
        if (ways > 1) {
            throw new ParameterException(
                    spec.commandLine(), "give one of --name, --host, --uuid and --every. Fix: leave out the others.");
        }
    }

    private Server one(List<Server> all) {
        Predicate<Server> meant = server -> name != null
                ? name.equals(server.name())
                : host != null ? host.equals(server.defaultHost()) : uuid != null && uuid.equals(server.uuid());
        List<Server> found = all.stream().filter(meant).toList();
        String known = "name one: " + all.stream().map(Selection::shown).collect(Collectors.joining(", "));
        if (name == null && host == null && uuid == null) {
            throw none("the configuration has " + all.size() + " servers", known + "; or all, with --every");
        } else if (found.isEmpty()) {
            throw none("no server matches the description", known);
        } else if (found.size() > 1) {
            throw none(found.size() + " servers match the description", "take --uuid; " + known);
        }
        return found.get(0);
    }

    private static String shown(Server server) {
        return "--uuid " + server.uuid() + (server.name().isEmpty() ? "" : " (--name " + server.name() + ")");
    }

    private static ConfigException none(String what, String fix) {
        return new ConfigException(Code.NO_SUCH_SERVER, what + ". Fix: " + fix + ".");
    }
}
