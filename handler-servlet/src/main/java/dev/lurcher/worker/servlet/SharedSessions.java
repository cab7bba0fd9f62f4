package dev.lurcher.worker.servlet;

import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.session.AbstractSessionDataStore;
import org.eclipse.jetty.session.DatabaseAdaptor;
import org.eclipse.jetty.session.JDBCSessionDataStore;
import org.eclipse.jetty.session.NullSessionCache;

/**
 * Sessions that several processes share: nothing of them stays in a process between two requests, and what a request has
 * changed is stored before its client has the answer.
 */
final class SharedSessions {
    /**
     * How long only the time of the last access is not stored. Jetty stores that behind the answer, when another process may have
     * changed the session for the client's next request.
     */
    private static final int SAVE_PERIOD_SECONDS = 10;

    private SharedSessions() {}

    /**
     * Has an application keep its sessions in a store.
     *
     * @param where a folder, or a database as {@code jdbc:...}
     * @throws SQLException if there is no driver for it
     */
    static void set(SessionHandler sessions, String where) throws SQLException {
        NullSessionCache cache = new NullSessionCache(sessions);
        cache.setSaveOnCreate(true);
        cache.setFlushOnResponseCommit(true);
        AbstractSessionDataStore store =
                where.startsWith("jdbc:") ? database(where) : new FolderSessions(Path.of(where));
        store.setSavePeriodSec(SAVE_PERIOD_SECONDS);
        cache.setSessionDataStore(store);
        sessions.setSessionCache(cache);
    }

    private static AbstractSessionDataStore database(String url) throws SQLException {
        Driver driver = DriverManager.getDriver(url);
        DatabaseAdaptor adaptor = new DatabaseAdaptor();
        adaptor.setDriverInfo(driver, url);
        JDBCSessionDataStore store = new JDBCSessionDataStore();
        store.setDatabaseAdaptor(adaptor);
        return store;
    }
}
