package dev.lurcher.broker.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a directory, and what is said to caches.
 *
 * @param expires how long an answer may be used without asking again; zero = not at all; null says nothing of it
 * @param dotFiles whether names may begin with a dot
 * @param listing whether a folder without an index file is shown as a list
 * @param precompressed whether a file may be sent as the {@code .br}, {@code .zst} or {@code .gz} beside it
 */
public record DirectoryPolicy(@Nullable Duration expires, boolean dotFiles, boolean listing, boolean precompressed) {
    /** What counts where a row says nothing. */
    public static final DirectoryPolicy USUAL = new DirectoryPolicy(null, false, false, true);
}
