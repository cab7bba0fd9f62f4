package dev.lurcher.broker.telemetry;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What Logback finds first when the process starts: warnings and errors go to standard error until {@link ErrorLog#open}.
 * Without it Logback would look for configuration files and load an XML parser. Where there is such a file, as in tests, it has
 * the say.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_NORMAL_PRIORITY)
public final class StartupLog extends ContextAwareBase implements Configurator {
    private static final int WARNINGS = 1;

    /** For the service loader. */
    public StartupLog() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty("logback.configurationFile") != null
                || getClass().getResource("/logback-test.xml") != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        ErrorLog.install(context, new LineAppender("/dev/stderr"), WARNINGS);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
