package dev.lurcher.broker.zmtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Conversations with damaged bytes, in pieces of any size: the connection goes on or ends, and nothing else happens. */
class DamageTest {
    private static final byte[] CONVERSATION = Bytes.of(
            Bytes.greeting(1),
            Bytes.ready("Socket-Type", "DEALER", "Identity", "worker"),
            Bytes.command("PING", "\0\1ctx"),
            Bytes.frame(Frames.MORE, "more"),
            Bytes.frame(0, "x".repeat(300)),
            Bytes.command("PONG", "ctx"),
            Bytes.longFrame(0, "long"));

    @Test
    void damageEndsTheConnectionOrPasses() {
        try (LogLines log = new LogLines()) {
            int survivors = 0;
            for (int seed = 0; seed < 3000; seed++) {
                Random random = new Random(seed);
                byte[] bytes = CONVERSATION.clone();
                for (int i = random.nextInt(3); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                Recorder recorder = new Recorder();
                Line line = new Line(new Role.Requests(true), Line.SETTINGS, recorder);
                for (int at = 0; at < bytes.length; ) {
                    int end = Math.min(bytes.length, at + 1 + random.nextInt(bytes.length));
                    line.receive(Arrays.copyOfRange(bytes, at, end));
                    at = end;
                }
                survivors += line.isOpen() ? 1 : 0;
                line.close();
                assertEquals(recorder.arrivals.size(), recorder.departures.size(), "seed " + seed);
                assertEquals(0, line.counters.peers(), "seed " + seed);
            }
            assertEquals(List.of(), log.lines());
            // Most of the damage is in contents, where it is nobody's business here.
            assertTrue(survivors > 1000 && survivors < 2900, survivors + " of 3000 survived");
        }
    }
}
