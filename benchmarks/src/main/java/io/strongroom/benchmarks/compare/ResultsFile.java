package io.strongroom.benchmarks.compare;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The rows of the newest runs, one JSON object a line. */
final class ResultsFile {
  private final Path file;
  private final Gson gson = new Gson();

  ResultsFile(Path file) {
    this.file = file;
  }

  /**
   * All rows.
   *
   * @throws IOException when the file cannot be read or a line, which is named, is no row
   */
  List<Row> read() throws IOException {
    List<Row> rows = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        try {
          rows.add(gson.fromJson(line, Row.class));
        } catch (JsonParseException malformed) {
          throw new IOException(
              "line " + (rows.size() + 1) + " of " + file + " is no row of results", malformed);
        }
      }
    }
    return rows;
  }

  /**
   * Replaces the rows of some questions on one JDK, and keeps all others.
   *
   * @return the rows that now stand in the file
   */
  List<Row> replace(Collection<String> questions, int jdk, List<Row> rows) throws IOException {
    List<Row> all = new ArrayList<>(read());
    all.removeIf(row -> row.jdk() == jdk && questions.contains(row.question()));
    all.addAll(rows);
    StringBuilder text = new StringBuilder();
    all.forEach(row -> text.append(gson.toJson(row)).append('\n'));
    Files.writeString(file, text);
    return all;
  }
}
