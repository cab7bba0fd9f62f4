package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.ConfigDatabase;
import dev.lurcher.broker.config.ConfigReader;
import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.zmtp.Credentials;
import dev.lurcher.broker.zmtp.Endpoint;
import dev.lurcher.broker.zmtp.RefusalException;
import dev.lurcher.broker.zmtp.Requester;
import dev.lurcher.broker.zmtp.ZmtpException;
import dev.lurcher.protocol.TNetString;
import dev.lurcher.protocol.TNetString.Dictionary;
import dev.lurcher.protocol.TNetString.Sequence;
import dev.lurcher.protocol.TNetString.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options by which a command finds the control port of a running broker, and the asking. */
final class ControlSource implements AutoCloseable {
    /** A reload may take a while. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(
            names = "--db",
            paramLabel = "FILE",
            defaultValue = "config.sqlite",
            description = "The configuration database of the broker (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private Path file;

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            description = "The server's uuid; not needed when there is one server only.")
    private @Nullable String uuid;

    @Option(
            names = "--endpoint",
            paramLabel = "ENDPOINT",
            description = "The control port itself, as ipc://run/control; then no database is read.")
    private @Nullable String endpoint;

    @Mixin
    private final ControlKeys keys = new ControlKeys();

    private @Nullable Requester connection;
    private Credentials credentials = Credentials.NONE;
    private boolean found;

    /** Where the broker's control port is. */
    String endpoint() {
        if (found && endpoint != null) {
            return endpoint;
        }
        if (endpoint == null) {
            ConfigDatabase database = ConfigDatabase.read(file);
            String chosen = database.chosenServer(uuid);
            ConfigReader.Survey all = ConfigReader.survey(database);
            Server row = all.servers().stream()
                    .filter(server -> server.uuid().equals(chosen))
                    .findFirst()
                    .orElseThrow();
            endpoint = row.controlEndpoint(all.settings());
            credentials = keys.of(row, all.settings());
        } else {
            credentials = keys.ofOptions();
        }
        found = true;
        return endpoint;
    }

    /**
     * Asks, and connects before where that has not been done.
     *
     * @throws CommandException when nobody answers
     */
    ControlAnswer ask(String command, Map<String, TNetString> arguments) {
        byte[] message =
                Sequence.of(Text.utf8(command), new Dictionary(arguments)).bytes();
        try {
            if (connection == null) {
                connection = connect();
            }
            return ControlAnswer.read(connection.ask(message));
        } catch (IOException e) {
            throw new CommandException("the broker at " + endpoint() + " did not answer: " + reason(e)
                    + ". Fix: see whether it still runs, and what its error log says.");
        }
    }

    private Requester connect() {
        String where = "";
        try {
            where = endpoint();
            return Requester.connect(Endpoint.parse(where), credentials, PATIENCE);
        } catch (ZmtpException e) {
            throw new CommandException(String.valueOf(e.getMessage()));
        } catch (RefusalException e) {
            throw new CommandException(
                    "the control port at " + where + " does not let this in: " + reason(e) + ". Fix: " + wayIn() + ".");
        } catch (IOException e) {
            throw new CommandException("no broker answers at " + where + ": " + reason(e) + ". Fix: "
                    + (where.startsWith("ipc://") && !where.startsWith("ipc:///")
                            ? "start this in the folder in which the broker was started, "
                            : "")
                    + "see that it runs, or name its control port with --endpoint.");
        }
    }

    /** What to do about it depends on what was tried. */
    private String wayIn() {
        return switch (credentials) {
            case Credentials.None none ->
                "give a key (--curve-key, --curve-server) or a user (--user-file), as docs/security.md says";
            case Credentials.Plain plain ->
                "see that the password is right, and that table plain_user has \"" + plain.user()
                        + "\" with control 1 since the last reload";
            case Credentials.Curve curve ->
                "see that the broker's key is " + curve.server() + ", and that table curve_key has "
                        + curve.own().key() + " with control 1 since the last reload";
        };
    }

    private static String reason(IOException fault) {
        return fault.getMessage() == null ? fault.toString() : fault.getMessage();
    }

    /** Asks once, and prints the answer; returns the exit code. */
    int show(Format format, String command, Map<String, TNetString> arguments) {
        try {
            return print(ask(command, arguments), format);
        } finally {
            close();
        }
    }

    /** Prints an answer, or says what is wrong; returns the exit code. */
    static int print(ControlAnswer answer, Format format) {
        if (answer.isError()) {
            format.err().println("broker: " + answer.error());
            format.err().flush();
            return Main.FAILED;
        } else if (format.isJson()) {
            Facts.print(answer.facts(), format.out());
        } else {
            ControlText.print(answer, format.out());
        }
        return 0;
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                // It has been asked what there was to ask.
            }
        }
    }
}
