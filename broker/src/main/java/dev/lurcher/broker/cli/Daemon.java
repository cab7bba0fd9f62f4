package dev.lurcher.broker.cli;

import dev.lurcher.broker.StartException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a server as a process of its own, which the end of this one and of its terminal does not touch: in a session of its own,
 * with its output in the error log.
 */
final class Daemon {
    private static final long MOST_SHOWN_BYTES = 16 * 1024;

    private final ServerProcess server;
    private final List<String> command;
    private final Redirect output;
    private final long logBytes;

    /** @param user what the command begins with, to run as another user; empty for the same one */
    Daemon(ServerProcess server, Path database, List<String> user, boolean insecureBind) {
        this.server = server;
        String log = Logs.file(server.server(), server.server().errorLog());
        output = isFile(log) ? Redirect.appendTo(new File(log)) : Redirect.INHERIT;
        logBytes = new File(log).length();
        command = new ArrayList<>(List.of("setsid"));
        command.addAll(user);
        command.addAll(itself());
        command.addAll(List.of(
                "run", database.toAbsolutePath().toString(), server.server().uuid()));
        if (insecureBind) {
            command.add("--insecure-bind");
        }
    }

    private static boolean isFile(String log) {
        return !log.equals("-") && !log.startsWith("/dev/");
    }

    /** This program again: by its launcher, which knows what a server needs, where that has started it. */
    private static List<String> itself() {
        String launcher = System.getProperty("lurcher.launcher");
        if (launcher != null) {
            return List.of(launcher);
        }
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return java;
    }

    /**
     * Starts it, and returns when it accepts requests.
     *
     * @throws StartException when it ends before that, with what it said; or when it takes longer
     */
    Process start(Duration most) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(output)
                .redirectError(output)
                .start();
        boolean decided = Signaller.await(most, () -> !process.isAlive() || isReady(process));
        if (!process.isAlive()) {
            throw new StartException("it ended with exit code " + process.exitValue() + " and did not start." + said());
        } else if (!decided) {
            throw new StartException("process " + process.pid() + " does not accept requests after " + most.toSeconds()
                    + " s, and goes on trying. Fix: see " + server.server().errorLog()
                    + ", or give it more time (--wait).");
        }
        return process;
    }

    private boolean isReady(Process process) {
        try {
            ServerProcess.State state = server.state();
            return state.number("pid") == process.pid() && state.text("state").equals("running");
        } catch (IOException e) {
            return false;
        }
    }

    /** What it wrote since, where that can be read. */
    private String said() {
        File log = output.file();
        if (log == null) {
            return "";
        }
        try (RandomAccessFile file = new RandomAccessFile(log, "r")) {
            long from = Math.max(logBytes, file.length() - MOST_SHOWN_BYTES);
            byte[] bytes = new byte[(int) Math.max(0, file.length() - from)];
            file.seek(from);
            file.readFully(bytes);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "" : " It said:\n" + text.indent(2).stripTrailing();
        } catch (IOException e) {
            return " Fix: see " + log;
        }
    }

    /**
     * Lets the server's user write what it has to, where nothing is yet: its logs and the folder of its pid file. What is there
     * already stays its owner's.
     */
    static void giveFiles(ServerProcess server, Privileges privileges) throws IOException {
        giveFolder(server.pidFile(), privileges);
        for (String log : List.of(server.server().errorLog(), server.server().accessLog())) {
            if (!log.isEmpty() && isFile(log)) {
                Path file = server.server().located(log);
                giveFolder(file, privileges);
                if (Files.notExists(file)) {
                    Files.createFile(file);
                    privileges.give(file);
                }
            }
        }
    }

    private static void giveFolder(Path of, Privileges privileges) throws IOException {
        Path folder = of.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            privileges.give(folder);
        }
    }
}
