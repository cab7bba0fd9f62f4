package dev.lurcher.broker.dispatch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lurcher.broker.config.HandlerLimits;
import dev.lurcher.broker.config.HandlerPolicy;
import dev.lurcher.broker.config.Target;
import dev.lurcher.broker.telemetry.Counters;
import dev.lurcher.broker.zmtp.DetachedPeer;
import dev.lurcher.broker.zmtp.SocketType;
import dev.lurcher.protocol.ExtendedReply;
import dev.lurcher.protocol.HeaderFormat;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault of the broker that concerns one client stays with that client. */
class ReplyRouterTest {
    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final LoopContext context = new LoopContext(loop.eventLoop(), 0, 1, 8, 7);
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void end() {
        loop.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"S %d:%s, hello", "S %d:%s, ", "S %d:X %s, 26:3:ctl,16:6:cancel,4:true!}]"})
    void servesTheOtherClientsAfterTheFaultOfOne(String form) {
        HandlerLimits limits = new HandlerLimits(Duration.ofSeconds(60), Duration.ofSeconds(10), 10, 1000, 1);
        HandlerPool pool = new HandlerPool(
                new Target.Handler(1, "", "S", "", "", false, HeaderFormat.JSON, limits, HandlerPolicy.USUAL),
                new Counters());
        ReplyRouter replies = new ReplyRouter(pool, new LoopContexts(context), true);
        String ids =
                context.register(new Receiver("first", true)) + " " + context.register(new Receiver("second", false));
        DetachedPeer worker = new DetachedPeer(SocketType.PUB, loop.eventLoop()) {
            @Override
            protected void onSent(byte[] frame, int from, int to) {}
        };
        replies.onPeer(worker);
        int length = ids.length() + (form.contains("X") ? 2 : 0);
        ByteBuf frame = Unpooled.copiedBuffer(form.formatted(length, ids), ISO_8859_1);
        replies.onFrame(worker, frame, 0, frame.readableBytes(), false);
        loop.runPendingTasks();
        frame.release();
        replies.onGone(worker, "the end");
        assertEquals(List.of("first failed", "second served"), told);
    }

    private final class Receiver implements Client {
        private final String name;
        private final boolean faulty;

        Receiver(String name, boolean faulty) {
            this.name = name;
            this.faulty = faulty;
        }

        private void serve() {
            if (faulty) {
                throw new IllegalStateException("on purpose");
            }
            told.add(name + " served");
        }

        @Override
        public LoopContext context() {
            return context;
        }

        @Override
        public boolean servedBy(HandlerPool asking) {
            return true;
        }

        @Override
        public void onReply(ByteBuf buffer, int index, int length) {
            serve();
        }

        @Override
        public void onCloseAsked() {
            serve();
        }

        @Override
        public void onExtended(ExtendedReply asked) {
            serve();
        }

        @Override
        public void onWorkerLost(Exchange exchange) {
            throw new AssertionError("there are no requests");
        }

        @Override
        public void onFault(RuntimeException fault) {
            told.add(name + " failed");
        }
    }
}
