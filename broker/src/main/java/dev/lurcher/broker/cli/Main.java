package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import dev.lurcher.broker.config.ConfigException;
import dev.lurcher.broker.config.Nearest;
import dev.lurcher.broker.config.language.LanguageException;
import dev.lurcher.broker.console.ConsoleException;
import dev.lurcher.broker.telemetry.TelemetryException;
import dev.lurcher.broker.tls.TlsException;
import dev.lurcher.broker.zmtp.ZmtpException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line. */
@Command(
        name = "broker",
        description = "Lurcher: a web server that routes HTTP requests to ZeroMQ workers.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.Provider.class,
        footer = {"", "Example: broker run config.sqlite demo", "broker COMMAND --help tells more about each."})
public final class Main implements Runnable {
    /** In the order in which help shows them. */
    private static final List<Class<?>> COMMANDS = List.of(
            RunCommand.class,
            StartCommand.class,
            StopCommand.class,
            ReloadCommand.class,
            RestartCommand.class,
            RunningCommand.class,
            StatusCommand.class,
            SystemdCommand.class,
            DemoCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            ServersCommand.class,
            HostsCommand.class,
            RoutesCommand.class,
            HandlersCommand.class,
            SettingsCommand.class,
            LoadCommand.class,
            DumpCommand.class,
            UpgradeCommand.class,
            LogCommand.class,
            CommitCommand.class,
            DiffCommand.class,
            RollbackCommand.class,
            ShowCommand.class,
            CertCommand.class,
            ControlCommand.class,
            QueueCommand.class,
            WorkersCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            DrainCommand.class,
            KickCommand.class,
            WhyCommand.class,
            UuidCommand.class,
            KeygenCommand.class,
            VersionCommand.class,
            RehearseCommand.class);

    /** What could not be done. */
    static final int FAILED = 1;

    /** A command line that cannot be understood. */
    static final int MISUSED = 2;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before anything runs
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (arguments.length > 1 && arguments[0].equals("run")) {
            HeadStart.begin();
        }
        end(commandLine(arguments), arguments);
    }

    /** Runs one command and ends the process, whatever happens: event loops that nobody stops would keep it alive. */
    static void end(CommandLine line, String... arguments) {
        int exitCode = FAILED;
        try {
            exitCode = line.execute(arguments);
        } catch (Throwable fault) {
            tellOfFault(line, fault);
        } finally {
            System.exit(exitCode);
        }
    }

    /** The command line with all commands. */
    static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /** The command line for these arguments: with the command that they name, if they do. Reading all costs every start. */
    static CommandLine commandLine(String... arguments) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .toList();
        return commandLine(named.isEmpty() ? COMMANDS : named);
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        CommandLine line = new CommandLine(new Main());
        commands.forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(Main::onFailure).setParameterExceptionHandler(Main::onMisuse);
    }

    private static int onFailure(Exception failure, CommandLine command, ParseResult parsed) {
        if (failure instanceof ConfigException
                || failure instanceof LanguageException
                || failure instanceof StartException
                || failure instanceof ZmtpException
                || failure instanceof ConsoleException
                || failure instanceof CommandException
                || failure instanceof TelemetryException
                || failure instanceof TlsException) {
            say(command, "broker: " + failure.getMessage());
        } else {
            tellOfFault(command, failure);
        }
        return FAILED;
    }

    /** What no message was written for. */
    private static void tellOfFault(CommandLine command, Throwable fault) {
        say(command, "broker: a fault of the broker itself has ended this command. Please report what follows:");
        fault.printStackTrace(command.getErr());
        command.getErr().flush();
    }

    private static int onMisuse(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String reason = name + ": " + reason(misuse, command);
        if (reason.contains(" Fix: ")) {
            say(command, reason);
        } else {
            say(command, reason, "Fix: " + name + " --help shows what can be written.");
        }
        return MISUSED;
    }

    private static String reason(ParameterException misuse, CommandLine command) {
        if (!(misuse instanceof UnmatchedArgumentException unmatched)) {
            return String.valueOf(misuse.getMessage());
        }
        String word = unmatched.getUnmatched().get(0);
        if (command.getSubcommands().isEmpty()) {
            return word.startsWith("-") ? unknownOption(word, command) : String.valueOf(misuse.getMessage());
        }
        List<String> commands = command.getSubcommands().entrySet().stream()
                .filter(entry ->
                        !entry.getValue().getCommandSpec().usageMessage().hidden())
                .map(java.util.Map.Entry::getKey)
                .toList();
        String near = Nearest.of(word, commands);
        return "there is no command '" + word + "'."
                + (near == null ? " There are " + String.join(", ", commands) + "." : " Did you mean " + near + "?");
    }

    /** What stands behind such an option is not understood either, and not worth a word. */
    private static String unknownOption(String option, CommandLine command) {
        String near = Nearest.of(option, command.getCommandSpec().optionsMap().keySet());
        return "Unknown option: '" + option + "'" + (near == null ? "" : ". Did you mean " + near + "?");
    }

    private static void say(CommandLine command, String... lines) {
        PrintWriter err = command.getErr();
        for (String line : lines) {
            err.println(line);
        }
        err.flush();
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
