package io.strongroom.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that import, killed by SIGKILL. */
@Tag("verify")
class ParquetImportKillTest {
  @TempDir Path folder;

  @Test
  void twoKilledImportsLeaveNothingHalfVisibleAndNothingAcknowledgedIsLost() throws Exception {
    ParquetImportKills kills = new ParquetImportKills(folder.resolve("lake"), System.nanoTime());
    kills.run(2, files(folder));
    assertThat(kills.reads()).isGreaterThanOrEqualTo(2);
  }

  /** Files of another writer that have as many rows and other values. */
  static List<byte[]> files(Path folder) throws Exception {
    List<byte[]> files = new ArrayList<>();
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement()) {
      for (int file = 0; file < ParquetImportKills.FILES; file++) {
        Path path = folder.resolve(file + ".parquet");
        statement.execute(
            "COPY (SELECT 'A' || hash(i + "
                + file
                + ") AS account, (i * 7919)::BIGINT AS entries FROM range("
                + ParquetImportKills.ROWS
                + ") t(i)) TO '"
                + path
                + "' (FORMAT parquet)");
        files.add(Files.readAllBytes(path));
      }
    }
    return files;
  }
}
