package dev.lurcher.broker.cli;

import dev.lurcher.broker.config.Server;
import dev.lurcher.broker.config.Setting;
import dev.lurcher.broker.config.Settings;
import dev.lurcher.broker.zmtp.Credentials;
import dev.lurcher.broker.zmtp.CurveKey;
import dev.lurcher.broker.zmtp.KeyFile;
import dev.lurcher.broker.zmtp.UserFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a command shows a control port who asks, where that wants to know. */
final class ControlKeys {
    @Option(
            names = "--curve-key",
            paramLabel = "FILE",
            defaultValue = "${env:LURCHER_CURVE_KEY}",
            description =
                    "The file with the secret key to ask with, for a control port with CURVE (default: $LURCHER_CURVE_KEY,"
                            + " then the setting control.key_file).")
    private @Nullable Path keyFile;

    @Option(
            names = "--curve-server",
            paramLabel = "KEY",
            defaultValue = "${env:LURCHER_CURVE_SERVER}",
            description =
                    "The public key of the broker, or a file with it (default: $LURCHER_CURVE_SERVER, then that of the setting"
                            + " curve.key_file).")
    private @Nullable String server;

    @Option(
            names = "--user-file",
            paramLabel = "FILE",
            defaultValue = "${env:LURCHER_USER_FILE}",
            description =
                    "The file with the line USER:PASSWORD, for a control port with PLAIN (default: $LURCHER_USER_FILE, then the"
                            + " setting control.user_file).")
    private @Nullable Path userFile;

    /**
     * What to ask a port with that a configuration describes.
     *
     * @throws CommandException where something is missing
     * @throws dev.lurcher.broker.zmtp.ZmtpException where a file cannot be used
     */
    Credentials of(Server row, Settings settings) {
        return switch (settings.text(Setting.CONTROL_MECHANISM)) {
            case "curve" -> curve(row, settings);
            case "plain" -> plain(row, settings);
            default -> Credentials.NONE;
        };
    }

    /** What to ask a port with of which nothing but its endpoint is known. */
    Credentials ofOptions() {
        if (keyFile != null || server != null) {
            if (keyFile == null || server == null) {
                throw new CommandException(
                        "CURVE needs a key of one's own and the broker's. Fix: give both, --curve-key FILE and"
                                + " --curve-server KEY.");
            }
            return new Credentials.Curve(key(server), KeyFile.read(keyFile));
        }
        return userFile == null ? Credentials.NONE : UserFile.read(userFile);
    }

    private Credentials curve(Server row, Settings settings) {
        Path own = chosen(keyFile, row, settings, Setting.CONTROL_KEY_FILE);
        if (own == null) {
            throw new CommandException(
                    "the control port wants a key (control.mechanism is curve). Fix: make one with broker keygen"
                            + " admin, add its public key to table curve_key with control 1, reload, and name admin.key_secret with"
                            + " --curve-key or the setting control.key_file.");
        }
        String brokers = settings.text(Setting.CURVE_KEY_FILE);
        CurveKey theirs = server != null ? key(server) : ofBroker(row.located(brokers));
        return new Credentials.Curve(theirs, KeyFile.read(own));
    }

    private Credentials plain(Server row, Settings settings) {
        Path own = chosen(userFile, row, settings, Setting.CONTROL_USER_FILE);
        if (own == null) {
            throw new CommandException(
                    "the control port wants a user and a password (control.mechanism is plain). Fix: make them with"
                            + " broker keygen --user admin, write admin:PASSWORD into a file that only you may read, and name it with"
                            + " --user-file or the setting control.user_file.");
        }
        return UserFile.read(own);
    }

    private static @Nullable Path chosen(@Nullable Path option, Server row, Settings settings, Setting setting) {
        String text = settings.text(setting);
        return option != null ? option : text.isEmpty() ? null : row.located(text);
    }

    /** The file with both keys may be the broker's alone; the one beside it need not be. */
    private static CurveKey ofBroker(Path secret) {
        String name = String.valueOf(secret.getFileName());
        Path open = name.endsWith(KeyFile.SECRET)
                ? secret.resolveSibling(name.substring(0, name.length() - KeyFile.SECRET.length()) + KeyFile.PUBLIC)
                : secret;
        return KeyFile.readPublic(Files.isReadable(open) ? open : secret);
    }

    private static CurveKey key(String written) {
        return written.length() == CurveKey.CHARACTERS && !Files.exists(Path.of(written))
                ? CurveKey.parse(written)
                : KeyFile.readPublic(Path.of(written));
    }
}
