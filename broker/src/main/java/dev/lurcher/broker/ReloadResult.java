package dev.lurcher.broker;

import java.util.List;

/**
 * What a reload has led to.
 *
 * @param applied whether the broker runs by what was read; else everything is as it was before
 * @param changes what is different from now on, or would be, a sentence each
 * @param problems what is wrong with what was read, one line each as {@code broker check} shows it; warnings among them
 * @param needRestart what is different in the database and holds from the next start on, a sentence each
 */
public record ReloadResult(boolean applied, List<String> changes, List<String> problems, List<String> needRestart) {
    /** Copies the lists. */
    public ReloadResult {
        changes = List.copyOf(changes);
        problems = List.copyOf(problems);
        needRestart = List.copyOf(needRestart);
    }

    static ReloadResult refused(List<String> problems) {
        return new ReloadResult(false, List.of(), problems, List.of());
    }
}
