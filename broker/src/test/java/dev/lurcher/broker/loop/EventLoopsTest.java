package dev.lurcher.broker.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventLoopsTest {
    @ParameterizedTest
    @EnumSource(EventLoops.Transport.class)
    void startsAsManyLoopsAsWanted(EventLoops.Transport transport) {
        try (EventLoops loops = EventLoops.start(3, transport)) {
            assertEquals(3, loops.all().size());
            assertEquals(transport, loops.transport());
        }
    }

    @Test
    void choosesEpollOnLinux() {
        assertTrue(Epoll.isAvailable(), () -> "native epoll does not load: " + Epoll.unavailabilityCause());
        try (EventLoops loops = EventLoops.start(0)) {
            assertEquals(EventLoops.Transport.EPOLL, loops.transport());
            assertTrue(!loops.all().isEmpty());
        }
    }
}
