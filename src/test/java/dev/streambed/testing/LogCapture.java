package dev.streambed.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * All that is logged in this JVM while it is open, with its exceptions: everything of ours, and what libraries say from INFO on. The console has to
 * wait, for it is a flood. Thread-safe.
 */
public final class LogCapture extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Map<String, Level> LEVELS = Map.of(
            Logger.ROOT_LOGGER_NAME,
            Level.INFO,
            "org.apache.kafka",
            Level.INFO,
            "kafka",
            Level.INFO,
            "dev.streambed",
            Level.TRACE);

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Map<String, @Nullable Level> levelsBefore = new HashMap<>();
    private final List<Appender<ILoggingEvent>> appendersBefore = new ArrayList<>();

    private LogCapture() {}

    public static LogCapture open() {
        LogCapture capture = new LogCapture();
        capture.begin();
        return capture;
    }

    private void begin() {
        LEVELS.forEach((name, level) -> {
            levelsBefore.put(name, loggers.getLogger(name).getLevel());
            loggers.getLogger(name).setLevel(level);
        });
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.iteratorForAppenders().forEachRemaining(appendersBefore::add);
        setContext(loggers);
        start();
        root.addAppender(this);
        appendersBefore.forEach(root::detachAppender);
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + " "
                + event.getMDCPropertyMap()
                + (event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy())));
    }

    /** What was logged so far, an event a line. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        appendersBefore.forEach(root::addAppender);
        root.detachAppender(this);
        stop();
        levelsBefore.forEach((name, level) -> loggers.getLogger(name).setLevel(level));
    }
}
