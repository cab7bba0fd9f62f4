package dev.lurcher.broker.telemetry;

import dev.lurcher.protocol.WorkerControl.Hello;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** An exchange that can be remembered, for tests. */
final class Ended {
    static final Hello HELLO = new Hello("w", 7, "box", "shop", "2.1", "python", 0);

    private Ended() {}

    /** One that ended so on a loop; the rest of it as in {@link Logged#GET}. */
    static RememberedExchange of(int loop, long requestId, int status, String reason) {
        return of(loop, requestId, status, reason, "/p");
    }

    static RememberedExchange of(int loop, long requestId, int status, String reason, String path) {
        Logged rest = Logged.GET;
        return (RememberedExchange) Proxy.newProxyInstance(
                Ended.class.getClassLoader(),
                new Class<?>[] {RememberedExchange.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "loop" -> loop;
                    case "requestId" -> requestId;
                    case "status" -> status;
                    case "reason" -> reason;
                    case "path" -> path;
                    case "endedNanos" -> System.nanoTime();
                    case "revision" -> 3L;
                    case "hostRow" -> 1L;
                    case "matching" -> "localhost";
                    case "routeRow" -> 2L;
                    case "targetKind" -> "handler";
                    case "targetName" -> "hello";
                    case "worker" -> "w";
                    case "hello" -> HELLO;
                    case "tries" -> 2;
                    case "earlierWorkers" -> "v";
                    case "outcome" -> "answered";
                    case "traceParent" -> null;
                    default -> ask(rest, method);
                });
    }

    private static @Nullable Object ask(Logged rest, java.lang.reflect.Method method) throws Throwable {
        try {
            return method.invoke(rest);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
