package dev.lurcher.worker;

import dev.lurcher.worker.WorkerException.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link Worker}. A broker must be named, in any of the ways; everything else has a value that suits most. Not for
 * several threads.
 *
 * <pre>{@code
 * Worker worker = Worker.builder()
 *         .config(Path.of("config.sqlite"), "shop")
 *         .application("shop", "1.4.2")
 *         .threads(50)
 *         .build();
 * }</pre>
 */
public final class WorkerBuilder {
    private static final Duration STOP_TIME = Duration.ofSeconds(10);

    private final List<Endpoints> brokers = new ArrayList<>();
    private Identity identity = Identity.ofProcess();
    private @Nullable Executor executor;
    private @Nullable Executor streams;
    private boolean ownThreads;
    private int atOnce = 1;
    private Consumer<Client> onDisconnect = client -> {};
    private WorkerListener listener = new WorkerListener() {};
    private Duration stopTime = STOP_TIME;
    private int capacity;
    private boolean classic;

    WorkerBuilder() {}

    /** Adds brokers. A worker serves all of its brokers at once: {@link Client#broker} counts them, in this order, from 0. */
    public WorkerBuilder brokers(Endpoints... endpoints) {
        brokers.addAll(List.of(endpoints));
        return this;
    }

    /**
     * Adds a broker by its configuration.
     *
     * @param database its {@code config.sqlite}; needs {@code org.xerial:sqlite-jdbc} at run time
     * @param handler as in {@link Endpoints#read}
     * @throws WorkerException BAD_DATABASE, UNKNOWN_HANDLER, AMBIGUOUS_HANDLER or BAD_ENDPOINT
     */
    public WorkerBuilder config(Path database, String handler) {
        return brokers(Endpoints.read(database, handler));
    }

    /**
     * Adds what a command line and the environment say: brokers, and perhaps {@link #name} and {@link #classic}. For the
     * {@code main} of workers that want no more than to be told their broker.
     *
     * <pre>
     * --config config.sqlite --handler NAME          see {@link #config}
     * --send tcp://... --recv tcp://... --sender ID  see {@link Endpoints}
     * --curve-server FILE --curve-key FILE           see {@link CurveKeys#read}
     * --name NAME                                    see {@link #name}
     * --classic                                      see {@link #classic}
     * </pre>
     *
     * <p>What is not given as an argument is taken from the environment: {@code LURCHER_CONFIG}, {@code LURCHER_HANDLER},
     * {@code LURCHER_SEND}, {@code LURCHER_RECV}, {@code LURCHER_SENDER}, {@code LURCHER_NAME}, {@code LURCHER_CLASSIC}
     * (1 or 0), {@code LURCHER_CURVE_SERVER}, {@code LURCHER_CURVE_KEY}. Arguments that name a broker in one way hide the
     * environment of the other. Several brokers stand with commas between them, in the same order everywhere; a handler or
     * sender that is the same for all is said once.
     *
     * @throws WorkerException BAD_ARGUMENTS, BAD_KEY, or as {@link #config}
     */
    public WorkerBuilder arguments(String... arguments) {
        WorkerArguments.read(System.getenv(), arguments).into(this);
        return this;
    }

    /** Adds what the environment says: {@link #arguments} without any. Exceptions as there. */
    public WorkerBuilder environment() {
        return arguments();
    }

    /** What to call this one process; programs that are started several times should give each its own. */
    public WorkerBuilder name(String name) {
        identity = new Identity(name, identity.application(), identity.version());
        return this;
    }

    /** What program this is, and which version of it, for those who look at the broker's workers. */
    public WorkerBuilder application(String application, String version) {
        identity = new Identity(identity.name(), application, version);
        return this;
    }

    /**
     * Bounds what each broker gives this worker at a time. Brokers leave what is beyond it to other workers.
     *
     * @param capacity at least 1; for a worker with threads that wait for something else, about their number
     * @throws IllegalArgumentException if it is less
     */
    public WorkerBuilder capacity(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity=" + capacity);
        }
        this.capacity = capacity;
        return this;
    }

    /**
     * Speaks Mongrel2's protocol to every broker, or finds out (the usual). Not needed for Mongrel2, which a worker recognises;
     * a stop then loses what the broker sends in that moment, and streams are not paced.
     */
    public WorkerBuilder classic(boolean classic) {
        this.classic = classic;
        return this;
    }

    /**
     * Answers several requests at once, each in a thread of its own: a virtual one where the JVM has them (from 21 on). For
     * responders that wait for something: a database, another server. Without it the thread that serves answers one request
     * after the other, which is the fastest for those that only compute, and lets them keep state without locks.
     *
     * @param atOnce most requests that are answered at a time, at least 1; further ones wait
     * @throws IllegalArgumentException if it is less
     */
    public WorkerBuilder threads(int atOnce) {
        bound(atOnce);
        ownThreads = true;
        executor = null;
        return this;
    }

    /**
     * As {@link #threads}, with threads of the program's own.
     *
     * @param executor runs the responder; not shut down by the worker
     * @param atOnce most requests that it holds at a time, at least 1; for a pool its number of threads
     * @throws IllegalArgumentException if it is less
     */
    public WorkerBuilder executor(Executor executor, int atOnce) {
        bound(atOnce);
        ownThreads = false;
        this.executor = executor;
        return this;
    }

    /**
     * Runs the writers of {@link Response#withBody} by an executor; otherwise each has a thread of the worker's own, a virtual
     * one where the JVM has them. Each takes a thread until it has written all: the executor must have as many as there are
     * streams at a time, or let them wait.
     *
     * @param streams not shut down by the worker
     */
    public WorkerBuilder streams(Executor streams) {
        this.streams = streams;
        return this;
    }

    /** Tells someone of clients that are gone; by the thread that serves, so it must not block. */
    public WorkerBuilder onDisconnect(Consumer<Client> onDisconnect) {
        this.onDisconnect = onDisconnect;
        return this;
    }

    /** Tells someone of what happens: to count and measure it. */
    public WorkerBuilder listener(WorkerListener listener) {
        this.listener = listener;
        return this;
    }

    /**
     * How long requests that are being answered may take when the worker is stopped; 10 seconds where nothing is said.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public WorkerBuilder stopTime(Duration stopTime) {
        if (stopTime.isNegative()) {
            throw new IllegalArgumentException("stopTime=" + stopTime);
        }
        this.stopTime = stopTime;
        return this;
    }

    /**
     * The worker; it connects when it begins to serve.
     *
     * @throws WorkerException BAD_ARGUMENTS if no broker is named
     */
    public Worker build() {
        return new Worker(settings());
    }

    /**
     * All of a simple {@code main}: takes {@link #arguments}, and serves until the process is asked to end. What is wrong with
     * the arguments is told in one line on the standard error stream, and the process ends with code 2.
     */
    public void run(String[] arguments, Responder responder) {
        try (Worker worker = arguments(arguments).build()) {
            worker.serve(responder);
        } catch (WorkerException e) {
            System.err.println(identity.application() + ": " + e.getMessage());
            System.exit(2);
        }
    }

    WorkerSettings settings() {
        if (brokers.isEmpty()) {
            throw new WorkerException(
                    Code.BAD_ARGUMENTS, "No broker is named: call brokers, config, arguments or environment.");
        }
        return new WorkerSettings(
                List.copyOf(brokers),
                new Threads(executor, ownThreads, atOnce, streams),
                onDisconnect,
                stopTime,
                identity,
                capacity,
                classic,
                listener);
    }

    private void bound(int atOnce) {
        if (atOnce < 1) {
            throw new IllegalArgumentException("atOnce=" + atOnce);
        }
        this.atOnce = atOnce;
    }
}
