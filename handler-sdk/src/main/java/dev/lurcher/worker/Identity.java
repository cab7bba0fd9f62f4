package dev.lurcher.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a worker tells its brokers of itself, for those who look at them.
 *
 * @param name what to call this one process
 * @param application the program that it is
 * @param version the program's version; empty where nobody knows
 */
public record Identity(String name, String application, String version) {
    /** The program by its main class or jar file, the process by program and process id; no version. */
    public static Identity ofProcess() {
        String application = application(System.getProperty("sun.java.command"));
        return new Identity(application + "-" + ProcessHandle.current().pid(), application, "");
    }

    /** The last part of what was started: the simple name of a class, the name of a jar file or module. */
    static String application(@Nullable String command) {
        if (command == null || command.isBlank()) {
            return "worker";
        }
        String started = command.strip().split("\\s", 2)[0];
        boolean jar = started.endsWith(".jar");
        String path = jar ? started.substring(0, started.length() - ".jar".length()) : started;
        String last = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        String name = jar ? last : last.substring(last.lastIndexOf('.') + 1);
        return name.isEmpty() ? "worker" : name;
    }

    /** The name of this machine; never asks the network where the machine knows it itself. */
    static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            String name = System.getenv("COMPUTERNAME");
            return name != null ? name : InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
