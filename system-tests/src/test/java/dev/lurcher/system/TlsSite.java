package dev.lurcher.system;

import dev.lurcher.broker.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** {@link OneHandler} over TLS. Certificates: {@code site} for localhost, {@code shop.example}, and {@code _.wild.com}. */
record TlsSite(OneHandler site, TestCertificates files) {
    static TlsSite in(Path directory) throws IOException, InterruptedException, SQLException {
        OneHandler site = OneHandler.in(directory);
        TestCertificates files = new TestCertificates(Files.createDirectory(directory.resolve("certs")))
                .pair(OneHandler.UUID, "localhost", "127.0.0.1")
                .pair("shop.example", "shop.example")
                .pair("_.wild.com", "*.wild.com");
        TlsSite made = new TlsSite(site, files);
        made.change("UPDATE server SET use_ssl = 1");
        return made.with("certdir", files.folder() + "/");
    }

    TlsSite with(String key, String value) throws SQLException {
        change("INSERT INTO setting (key, value) VALUES ('" + key + "', '" + value + "')");
        return this;
    }

    private void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + site.database());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    String address() {
        return "127.0.0.1:" + site.port();
    }

    /** Where the worker answers with what it is sent. */
    String url() {
        return "https://localhost:" + site.port() + "/echo";
    }
}
