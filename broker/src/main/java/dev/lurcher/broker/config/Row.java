package dev.lurcher.broker.config;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One row while it is read. Values of the wrong type become problems, and the reading goes on with a stand-in. */
final class Row {
    private final ResultSet result;
    private final String table;
    private final Set<String> columns;
    private final List<Problem> problems;

    Row(ResultSet result, String table, Set<String> columns, List<Problem> problems) {
        this.result = result;
        this.table = table;
        this.columns = columns;
        this.problems = problems;
    }

    long id() throws SQLException {
        return result.getLong("id");
    }

    /** A text that must be there. */
    String text(String column) throws SQLException {
        Object value = value(column);
        if (value instanceof String text) {
            return text;
        }
        error(column, String.valueOf(value), "must be text, and not NULL");
        return "";
    }

    /** A text of which the column, or its value, may be missing. */
    String text(String column, String byDefault) throws SQLException {
        return value(column) == null ? byDefault : text(column);
    }

    /** An integer that must be there. */
    long integer(String column, long least, long most) throws SQLException {
        Object value = value(column);
        if (!(value instanceof Number found) || value instanceof Double) {
            error(column, String.valueOf(value), "must be an integer, " + least + " to " + most + ", and not NULL");
            return least;
        }
        long number = found.longValue();
        if (number < least || number > most) {
            error(column, String.valueOf(number), "allowed: " + least + " to " + most);
            return least;
        }
        return number;
    }

    /** An integer of which the column, or its value, may be missing. */
    long integer(String column, long byDefault, long least, long most) throws SQLException {
        return value(column) == null ? byDefault : integer(column, least, most);
    }

    /** A number of seconds. */
    double seconds(String column) throws SQLException {
        Object value = value(column);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return Double.NaN;
    }

    /** Whether the column is there and holds something. */
    boolean has(String column) throws SQLException {
        return value(column) != null;
    }

    void error(String column, String value, String fix) throws SQLException {
        problems.add(new Problem(Problem.Severity.ERROR, place(column), value, fix));
    }

    void warning(String column, String value, String fix) throws SQLException {
        problems.add(new Problem(Problem.Severity.WARNING, place(column), value, fix));
    }

    String place(String column) throws SQLException {
        return table + " row " + id() + ", column " + column;
    }

    private @Nullable Object value(String column) throws SQLException {
        return columns.contains(column) ? result.getObject(column) : null;
    }
}
