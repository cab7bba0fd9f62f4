package dev.lurcher.broker.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Finds directories whose folder is not there. It may come later: that is no error, as with Mongrel2. */
final class FolderCheck implements ServerCheck {
    @Override
    public void check(Configuration draft, Consumer<Problem> problems) {
        for (Target.Directory directory : draft.server().directories()) {
            Place place = new Place("directory", directory.row(), "base");
            try {
                Path folder = draft.server().folder(directory.base());
                if (!directory.base().isEmpty() && !Files.isDirectory(folder)) {
                    problems.accept(Problem.warning(
                            place,
                            directory.base(),
                            "there is no folder " + folder + " where this is run, and requests get 404",
                            "",
                            "make it, or write where the files are"));
                }
            } catch (InvalidPathException e) {
                problems.accept(Problem.error(place, directory.base(), "it is no path", "", "write a path"));
            }
        }
    }
}
