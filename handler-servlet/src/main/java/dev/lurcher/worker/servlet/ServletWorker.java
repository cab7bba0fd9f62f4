package dev.lurcher.worker.servlet;

import dev.lurcher.worker.WorkerException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.ee10.annotations.AnnotationConfiguration;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program: runs a servlet application as a worker until it is asked to end (TERM, Ctrl-C) or its brokers have drained it.
 * Then requests that have come are answered, and the application is stopped.
 */
public final class ServletWorker {
    private static final Logger LOG = LoggerFactory.getLogger(ServletWorker.class);
    /** For the application's own end. */
    private static final Duration FAREWELL = Duration.ofSeconds(20);

    private ServletWorker() {}

    /** Runs an application; the usage is printed where the arguments are not right. */
    public static void main(String... arguments) {
        ServletArguments read;
        try {
            read = ServletArguments.read(arguments);
        } catch (WorkerException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        try {
            run(read);
        } catch (Exception e) {
            LOG.error("The application does not run", e);
            System.exit(1);
        }
    }

    private static void run(ServletArguments arguments) throws Exception {
        Server server = new Server(threads(arguments));
        BrokerConnector connector = new BrokerConnector(server, arguments.worker());
        server.addConnector(connector);
        server.setHandler(application(arguments));
        CountDownLatch stopped = new CountDownLatch(1);
        Duration patience = arguments.stopTime().plus(FAREWELL);
        Thread hook = new Thread(() -> end(connector, stopped, patience), "servlet-stop");
        try {
            server.start();
            Runtime.getRuntime().addShutdownHook(hook);
            connector.ended().join();
        } finally {
            server.stop();
            stopped.countDown();
        }
    }

    /** The process ends when this does. */
    private static void end(BrokerConnector connector, CountDownLatch stopped, Duration patience) {
        connector.drain();
        try {
            if (!stopped.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The application has not stopped in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadPool threads(ServletArguments arguments) {
        if (arguments.virtual() && VirtualThreads.areSupported()) {
            return new VirtualThreadPool(arguments.threads());
        }
        return new QueuedThreadPool(arguments.threads());
    }

    private static WebAppContext application(ServletArguments arguments) throws IOException, SQLException {
        WebAppContext context = new WebAppContext();
        context.setContextPath(arguments.context());
        context.setThrowUnavailableOnStartupException(true);
        context.addConfiguration(new AnnotationConfiguration());
        context.getHiddenClassMatcher().add("dev.lurcher.", "org.zeromq.", "zmq.");
        if (arguments.war() == null) {
            File nothing = Files.createTempDirectory("lurcher-servlet").toFile();
            nothing.deleteOnExit();
            context.setWar(nothing.toString());
        } else {
            context.setWar(arguments.war().toString());
        }
        if (!arguments.classes().isEmpty()) {
            context.setExtraClasspath(
                    arguments.classes().stream().map(Object::toString).collect(Collectors.joining(";")));
        }
        String sessions = arguments.sessions();
        if (sessions != null) {
            SharedSessions.set(context.getSessionHandler(), sessions);
        }
        return context;
    }
}
