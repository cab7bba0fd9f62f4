package dev.lurcher.broker.dispatch;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutor;
import io.netty.util.concurrent.Future;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An event loop that turns when a test says so: what others hand to it waits for the end of the step that it is at.
 * <p>Thread: {@link #execute} from any; the rest by whoever the test lets be the loop.
 */
final class ScriptedLoop extends AbstractEventExecutor implements EventLoop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Runnable handOver;
    private volatile @Nullable Thread thread;

    /** @param handOver called before a task is handed over */
    ScriptedLoop(Runnable handOver) {
        this.handOver = handOver;
    }

    /** Is the loop for a step, and for what others have handed over before and meanwhile. */
    void run(Runnable step) {
        thread = Thread.currentThread();
        turn();
        step.run();
        turn();
        thread = null;
    }

    private void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    boolean isIdle() {
        return tasks.isEmpty();
    }

    @Override
    public void execute(Runnable task) {
        handOver.run();
        tasks.add(task);
    }

    @Override
    public boolean inEventLoop(Thread asking) {
        return asking.equals(thread);
    }

    @Override
    public @Nullable EventLoopGroup parent() {
        return null;
    }

    @Override
    public EventLoop next() {
        return this;
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public ChannelFuture register(Channel channel) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ChannelFuture register(ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<?> terminationFuture() {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    public void shutdown() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }
}
