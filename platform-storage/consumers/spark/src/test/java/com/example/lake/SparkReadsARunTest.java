package com.example.lake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.publication.PublishedState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Spark with its own Parquet reads the published run that the project {@code only-parquet} leaves;
 * it finds the keys through the run's manifest and {@code keys.json}.
 */
@Tag("oracle")
class SparkReadsARunTest {
  private static final DatasetRef SILVER = DatasetRef.parse("silver/payments/transactions");
  private static final String FACTORY = "parquet.crypto.factory.class";
  private static final String VECTORIZED = "spark.sql.parquet.enableVectorizedReader";

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 1)
            .config("spark.hadoop." + FACTORY, LakeDecryption.class.getName())
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static DataFrameReader reader() {
    return spark.read().option("basePath", LakeDecryption.LAKE.resolve(SILVER.path()).toString());
  }

  /** What the pointer leads to. */
  private static String[] files() {
    return PublishedState.read(
            new LocalObjectStore(LakeDecryption.LAKE),
            LakeDecryption.PIPELINE,
            LakeDecryption.keyring())
        .liveFiles(SILVER)
        .stream()
        .map(live -> LakeDecryption.LAKE.resolve(live.file().path()).toString())
        .toArray(String[]::new);
  }

  @Test
  void theParquetOfSparkIsOnTheClassPathAndNoOther() {
    String jar =
        ParquetFileReader.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    assertTrue(jar.endsWith("/parquet-hadoop-1.13.1.jar"), jar);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyValueOfEveryFileIsReadWithAndWithoutFilters(boolean vectorized) {
    spark.conf().set(VECTORIZED, vectorized);
    Dataset<Row> rows = reader().parquet(files());
    assertEquals(
        "[50000,50000,50000,50000,50000]",
        rows.selectExpr(
                "count(*)",
                "count(DISTINCT id)",
                "sum(if(iban = concat('DE', id), 1, 0))",
                "sum(if(amount <=> if(id % 50 = 7, NULL, id % 50 * 10), 1, 0))",
                "sum(if(bank = if(id % 2 = 0, 'north', 'south'), 1, 0))")
            .first()
            .toString());
    // Pushed down to pages of the middle, by a column under each key.
    assertEquals(10, rows.where("id >= 33333 AND id < 33343").count());
    assertEquals(
        List.of(33_333L),
        rows.where("iban = 'DE33333'").select("id").as(Encoders.LONG()).collectAsList());
    assertEquals(1_000, rows.where("amount = 490.00").count());
    assertEquals(1_000, rows.where("amount IS NULL").count());
    System.out.println(
        "oracle Spark "
            + spark.version()
            + ", key classes, vectorized "
            + vectorized
            + ": "
            + files().length
            + " files, 50000 rows of 3 columns ran, 0 failed");
  }

  private static String refused(Executable reading) {
    StringWriter trace = new StringWriter();
    assertThrows(Exception.class, reading).printStackTrace(new PrintWriter(trace));
    return trace.toString();
  }

  @Test
  void whoIsRefusedAKeyClassReadsTheOtherColumns() {
    Dataset<Row> rows =
        reader().option(FACTORY, MaskedLakeDecryption.class.getName()).parquet(files());
    assertEquals("[12180000.00]", rows.selectExpr("sum(amount)").first().toString());
    String trace = refused(() -> rows.select("iban").collectAsList());
    assertTrue(trace.contains("KeyAccessDeniedException"), trace);
  }

  @Test
  void withoutTheFactoryNothingIsRead() {
    Configuration settings = spark.sparkContext().hadoopConfiguration();
    settings.unset(FACTORY);
    try {
      assertTrue(refused(() -> reader().parquet(files()).count()).contains("No keys available"));
    } finally {
      settings.set(FACTORY, LakeDecryption.class.getName());
    }
  }
}
