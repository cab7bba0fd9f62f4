package dev.lurcher.broker.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TERM and INT: the first one asks to stop, the second one ends the process at once. HUP, which the end of a terminal brings
 * about, perhaps more than once, asks to stop and no more.
 * <p>A shutdown hook could do neither: the process would not end with exit code 0, and a second signal would wait for the hook.
 * {@code sun.misc.Signal} can; it is reached by name since javac knows no way to accept its warning.
 */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    private static final int SIGNAL_BASE = 128;

    private static final int HUP = 1;
    private static final int INT = 2;
    private static final int TERM = 15;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final Runnable lastAct;

    private StopSignal(Runnable lastAct) {
        this.lastAct = lastAct;
    }

    /** Takes over the signals. One that the process was started to ignore stays ignored. */
    static StopSignal install() {
        return install(() -> {});
    }

    /**
     * Takes over the signals.
     *
     * @param lastAct what is done before the second one ends the process
     */
    static StopSignal install(Runnable lastAct) {
        StopSignal stop = new StopSignal(lastAct);
        stop.handle("HUP", HUP);
        stop.handle("INT", INT);
        stop.handle("TERM", TERM);
        return stop;
    }

    private void handle(String name, int number) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    StopSignal.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            onSignal(number);
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
        if (asked.getCount() == 0 && number != HUP) {
            lastAct.run();
            Runtime.getRuntime().halt(SIGNAL_BASE + number);
        }
        asked.countDown();
    }

    /** Does what the first signal does. */
    void ask() {
        asked.countDown();
    }

    /** Waits for the first signal. */
    void await() throws InterruptedException {
        asked.await();
    }

    /** Waits for the first signal, but not longer than the given time; whether it came. */
    boolean await(Duration longest) throws InterruptedException {
        return asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
}
