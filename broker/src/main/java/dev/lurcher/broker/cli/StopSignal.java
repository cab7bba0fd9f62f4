package dev.lurcher.broker.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals of a process that runs until it is told to stop. TERM and INT: the first one asks to stop, the second one ends the
 * process at once. HUP asks a server to reload; from others, to whom only the end of a terminal sends it, perhaps more than once,
 * it asks to stop and no more. USR1 asks a server to open its logs anew.
 * <p>A shutdown hook could do neither: the process would not end with exit code 0, and a second signal would wait for the hook.
 * {@code sun.misc.Signal} can; it is reached by name since javac knows no way to accept its warning.
 */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    private static final int SIGNAL_BASE = 128;

    private static final int INT = 2;
    private static final int TERM = 15;

    /** What a signal asks for. */
    enum Wish {
        STOP,
        RELOAD,
        REOPEN_LOGS
    }

    private final CountDownLatch asked = new CountDownLatch(1);
    private final BlockingQueue<Wish> wishes = new LinkedBlockingQueue<>();
    private final Runnable lastAct;

    private StopSignal(Runnable lastAct) {
        this.lastAct = lastAct;
    }

    /** Takes over the signals of a server. One that the process was started to ignore stays ignored. */
    static StopSignal ofServer() {
        StopSignal stop = new StopSignal(() -> {});
        stop.handle("HUP", () -> stop.wishes.add(Wish.RELOAD));
        stop.handle("USR1", () -> stop.wishes.add(Wish.REOPEN_LOGS));
        stop.handleEnd();
        return stop;
    }

    /**
     * Takes over the signals. One that the process was started to ignore stays ignored.
     *
     * @param lastAct what is done before the second one ends the process
     */
    static StopSignal install(Runnable lastAct) {
        StopSignal stop = new StopSignal(lastAct);
        stop.handle("HUP", stop::ask);
        stop.handleEnd();
        return stop;
    }

    private void handleEnd() {
        handle("INT", () -> onSignal(INT));
        handle("TERM", () -> onSignal(TERM));
    }

    private void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    StopSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                        }
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
        } catch (ReflectiveOperationException e) {
            LOG.warn("signal {} cannot be handled, it will end the process at once: {}", name, e.toString());
        }
    }

    private void onSignal(int number) {
        if (asked.getCount() == 0) {
            lastAct.run();
            Runtime.getRuntime().halt(SIGNAL_BASE + number);
        }
        ask();
    }

    /** Does what the first signal does. */
    void ask() {
        wishes.add(Wish.STOP);
        asked.countDown();
    }

    /** Waits for what is asked for next, in the order in which it came. */
    Wish next() throws InterruptedException {
        return wishes.take();
    }

    /** Waits for the first signal, but not longer than the given time; whether it came. */
    boolean await(Duration longest) throws InterruptedException {
        return asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
