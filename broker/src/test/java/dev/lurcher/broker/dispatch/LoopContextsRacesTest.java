package dev.lurcher.broker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.lurcher.broker.loop.EventLoops;
import dev.lurcher.protocol.ExtendedReply;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Loops deal ids at the same time: no two connections have the same, and an id leads to the loop that has dealt it. */
class LoopContextsRacesTest {
    private static final int LOOPS = 4;
    private static final int ROUNDS = 100_000;
    private static final int MOST_OPEN = 500;

    @Test
    void noTwoConnectionsHaveTheSameId() throws Exception {
        Map<Integer, Connection> open = new ConcurrentHashMap<>();
        try (EventLoops loops = EventLoops.start(LOOPS)) {
            LoopContexts contexts = new LoopContexts(loops, 1);
            List<Future<?>> work = new ArrayList<>();
            for (LoopContext context : contexts.all()) {
                work.add(context.loop().submit(() -> dealAndTakeBack(contexts, context, open)));
            }
            for (Future<?> each : work) {
                each.get();
            }
            for (LoopContext context : contexts.all()) {
                assertEquals(0, context.clientCount());
            }
        }
        assertEquals(0, open.size());
    }

    private static void dealAndTakeBack(LoopContexts contexts, LoopContext here, Map<Integer, Connection> open) {
        Random random = new Random(here.index());
        ArrayDeque<Integer> own = new ArrayDeque<>();
        for (int i = 0; i < ROUNDS || !own.isEmpty(); i++) {
            if (i < ROUNDS && own.size() < MOST_OPEN && (own.isEmpty() || random.nextInt(3) > 0)) {
                Connection connection = new Connection(here);
                int id = here.register(connection);
                assertNull(open.put(id, connection), "an id is dealt twice");
                assertSame(here, contexts.ofConnection(id));
                own.add(id);
            } else {
                int id = own.remove();
                assertSame(open.get(id), here.client(id));
                here.unregister(id);
                assertNull(here.client(id));
                open.remove(id);
            }
        }
        // What others have dealt meanwhile is nobody's here.
        open.forEach((id, connection) -> {
            if (connection.context() != here) {
                assertNotSame(here, contexts.ofConnection(id));
                assertNull(here.client(id));
            }
        });
    }

    private record Connection(LoopContext context) implements Client {
        @Override
        public boolean servedBy(HandlerPool pool) {
            return false;
        }

        @Override
        public void onReply(ByteBuf buffer, int index, int length) {
            throw new AssertionError("nobody replies");
        }

        @Override
        public void onCloseAsked() {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void onExtended(ExtendedReply asked) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void onWorkerLost(Exchange exchange) {
            throw new AssertionError("there are no workers");
        }
    }
}
