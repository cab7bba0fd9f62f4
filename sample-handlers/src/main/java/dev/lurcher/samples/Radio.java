package dev.lurcher.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.lurcher.worker.Client;
import dev.lurcher.worker.Request;
import dev.lurcher.worker.Worker;
import dev.lurcher.worker.WorkerBuilder;
import dev.lurcher.worker.WorkerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Plays one file over and over to everybody who listens: each block is sent once, to all of them. The broker cuts off whoever
 * does not keep up; the others notice nothing.
 *
 * <pre>{@code
 * RADIO_FILE=song.mp3 bin/sample radio --config config.sqlite --handler hello
 * }</pre>
 */
public final class Radio {
    private static final byte[] HEAD = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n".getBytes(US_ASCII);
    private static final int BLOCK_BYTES = 4000;
    private static final long BLOCK_NANOS = 250_000_000; // 128 kbit/s

    private Radio() {}

    /** Plays until Ctrl-C. Arguments: {@link WorkerBuilder#arguments}; the file is named by the variable RADIO_FILE. */
    public static void main(String[] arguments) throws Exception {
        try (Worker worker = Worker.builder().arguments(arguments).build()) {
            Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
            play(worker, Files.readAllBytes(Path.of(System.getenv().getOrDefault("RADIO_FILE", "song.mp3"))));
        } catch (WorkerException e) {
            System.err.println("radio: " + e.getMessage());
            System.exit(2);
        }
    }

    private static void play(Worker worker, byte[] song) {
        Set<Client> listeners = new LinkedHashSet<>();
        long next = System.nanoTime();
        for (int at = 0; !worker.isStopped(); at = at + BLOCK_BYTES < song.length ? at + BLOCK_BYTES : 0) {
            next += BLOCK_NANOS;
            while (next - System.nanoTime() > 0 && !worker.isStopped()) {
                Request request = worker.receive(Duration.ofNanos(next - System.nanoTime()));
                if (request != null && request.isDisconnect()) {
                    listeners.remove(request.client());
                } else if (request != null && listeners.add(request.client())) {
                    request.send(HEAD);
                }
            }
            worker.send(listeners, Arrays.copyOfRange(song, at, Math.min(song.length, at + BLOCK_BYTES)));
        }
        worker.close(listeners);
    }
}
