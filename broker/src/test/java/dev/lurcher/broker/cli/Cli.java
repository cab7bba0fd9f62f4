package dev.lurcher.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One command, run through the entry that the process uses. */
record Cli(int exitCode, String out, String err) {
    static Cli run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Cli(exitCode, out.toString(), err.toString());
    }

    /** What a command prints that succeeds and has nothing to complain about. */
    static String succeed(String... arguments) {
        Cli run = run(arguments);
        assertEquals("", run.err());
        assertEquals(0, run.exitCode(), run.out());
        return run.out();
    }
}
