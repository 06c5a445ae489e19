package io.strongroom.benchmarks.spark;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Spark on one core, which holds the rows of one Parquet file in its memory and writes them as a
 * new one for every line of standard input that names it. It answers each with the CPU time of all
 * Java threads and of the process, in nanoseconds.
 */
public final class SparkWriter {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private final Dataset<Row> rows;

  private SparkWriter(Dataset<Row> rows) {
    this.rows = rows;
  }

  /**
   * Arguments: file of the rows, codec, level of Zstandard.
   *
   * @param args as above
   */
  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    SparkSession session = session(args[1], args[2]);
    Dataset<Row> rows =
        session.read().parquet(args[0]).coalesce(1).persist(StorageLevel.MEMORY_ONLY());
    answers.println(rows.count());
    SparkWriter writer = new SparkWriter(rows);
    BufferedReader asked =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = asked.readLine(); line != null; line = asked.readLine()) {
      answers.println(writer.write(Path.of(line)));
    }
    session.stop();
  }

  private static SparkSession session(String codec, String zstdLevel) {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.sql.session.timeZone", "UTC")
        // One file, in the order of the rows.
        .config("spark.sql.files.maxPartitionBytes", Integer.toString(Integer.MAX_VALUE))
        // As the others have it; Spark's own choice is INT96.
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.parquet.compression.codec", codec.toLowerCase(Locale.ROOT))
        .config("spark.hadoop.parquet.compression.codec.zstd.level", zstdLevel)
        // Its rows lie in memory as they are, not compressed.
        .config("spark.sql.inMemoryColumnarStorage.compressed", "false")
        .getOrCreate();
  }

  private String write(Path file) throws IOException {
    Path folder = file.resolveSibling(file.getFileName() + ".spark");
    Map<Long, Long> before = used();
    long process = SYSTEM.getProcessCpuTime();
    rows.write().parquet(folder.toString());
    process = SYSTEM.getProcessCpuTime() - process;
    long nanoseconds = 0;
    for (Map.Entry<Long, Long> thread : used().entrySet()) {
      nanoseconds += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    int parts = 0;
    try (DirectoryStream<Path> written = Files.newDirectoryStream(folder)) {
      for (Path each : written) {
        if (each.getFileName().toString().startsWith("part-")) {
          Files.move(each, file);
          parts++;
        } else {
          Files.delete(each);
        }
      }
    }
    Files.delete(folder);
    if (parts != 1) {
      throw new IllegalStateException("Spark wrote " + parts + " files");
    }
    return nanoseconds + " " + process;
  }

  private static Map<Long, Long> used() {
    Map<Long, Long> used = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      long time = THREADS.getThreadCpuTime(id);
      if (time >= 0) {
        used.put(id, time);
      }
    }
    return used;
  }
}
