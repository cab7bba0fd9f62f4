package dev.lurcher.broker.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortOwnerIT {
    @Test
    void namesTheProcessThatListens() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String owner = PortOwner.of(listening.getLocalPort()).orElseThrow();

            assertTrue(owner.startsWith("process " + ProcessHandle.current().pid() + " ("), owner);
        }
    }

    @Test
    void namesNobodyForAFreePort() throws IOException {
        int port;
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = listening.getLocalPort();
        }

        assertEquals(Optional.empty(), PortOwner.of(port));
    }
}
