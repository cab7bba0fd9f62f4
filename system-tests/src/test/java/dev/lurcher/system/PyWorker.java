package dev.lurcher.system;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** A worker in Python over libzmq, as they are written for Mongrel2; see worker.py. */
final class PyWorker implements AutoCloseable {
    private final Running process;

    private PyWorker(Running process) {
        this.process = process;
    }

    /** Starts one that is known to get what it publishes through. */
    static PyWorker start(Path directory, String requests, String replies) throws IOException, InterruptedException {
        return start(directory, requests, replies, "XPUB");
    }

    /**
     * Starts one and waits until it is ready.
     *
     * @param socket for replies: XPUB or PUB
     */
    static PyWorker start(Path directory, String requests, String replies, String socket)
            throws IOException, InterruptedException {
        Path script = Files.createTempFile(directory, "worker", ".py");
        try (InputStream source = PyWorker.class.getResourceAsStream("/worker.py")) {
            Files.write(script, source.readAllBytes());
        }
        String python = System.getProperty("test.python", "/usr/bin/python3");
        Running process = Running.start(
                "worker", directory, Map.of(), List.of(python, script.toString(), requests, replies, socket));
        PyWorker worker = new PyWorker(process);
        try {
            String first = process.output().next();
            if (!first.equals("ready")) {
                throw new AssertionError("the worker says " + first);
            }
            return worker;
        } catch (InterruptedException | RuntimeException | Error e) {
            process.close();
            throw new AssertionError(
                    "no worker (Debian: python3-zmq):\n" + process.errors().all(), e);
        }
    }

    /** The next message that it has received, request or notice. */
    byte[] nextMessage() throws InterruptedException {
        return Base64.getDecoder().decode(process.output().next());
    }

    /** Lets it answer what it was told to hold. */
    void release() throws IOException {
        process.say("release");
    }

    @Override
    public void close() {
        process.close();
    }
}
