package dev.lurcher.broker.cli;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TERM and INT: the first one asks to stop, the second one ends the process at once.
 * <p>A shutdown hook could do neither: the process would not end with exit code 0, and a second signal would wait for the hook.
 * {@code sun.misc.Signal} can; it is reached by name since javac knows no way to accept its warning.
 */
final class StopSignal {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);
    private static final int SIGNAL_BASE = 128;

    private final CountDownLatch asked = new CountDownLatch(1);

    private StopSignal() {}

    /** Takes over both signals. */
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        stop.handle("TERM", 15);
        stop.handle("INT", 2);
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
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(SIGNAL_BASE + number);
        }
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
