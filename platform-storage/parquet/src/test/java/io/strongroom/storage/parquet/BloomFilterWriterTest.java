package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.storage.KeyClass;
import io.strongroom.storage.parquet.Samples.Written;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.crypto.FileDecryptionProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.api.Binary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bloom filters of our files, as parquet-java, DuckDB and our reader see them. */
@Tag("verify")
class BloomFilterWriterTest {
  private static final KeyClass PERSONAL = new KeyClass("personal");
  private static final String PERSONAL_ID = "run-1/silver/x/personal";
  private static final int ROWS = 40_000;
  private static final int GROUP = 15_000;
  private static final List<String> FILTERED =
      List.of("id", "note", "currency", "amount", "fee", "day", "rate");

  @TempDir Path folder;

  private static ParquetSchema schema() {
    ParquetSchema schema = Samples.SCHEMA;
    for (String column : FILTERED) {
      schema = schema.withBloomFilter(column, BloomFilterSize.forDistinct(GROUP));
    }
    return schema;
  }

  private static Written file(
      ParquetSchema schema, @Nullable ParquetFileKeys keys, Workers workers) {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    WriterSettings settings = Samples.small(ParquetLayout.STANDARD, Codec.SNAPPY, GROUP);
    try (ParquetRowWriter out =
        new ParquetRowWriter(sink, schema, keys, settings, new BufferPool(1 << 22), workers)) {
      for (int row = 0; row < ROWS; row++) {
        Samples.write(out, row);
      }
      return new Written(sink, out.finish());
    }
  }

  private Path stored(Written file) throws Exception {
    Path path = Files.createTempFile(folder, "f", ".parquet");
    Files.write(path, file.bytes());
    return path;
  }

  private static void checkFilters(Path path, @Nullable FileDecryptionProperties decryption)
      throws Exception {
    ParquetReadOptions options =
        HadoopReadOptions.builder(new Configuration(false)).withDecryption(decryption).build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), options)) {
      int first = 0;
      for (BlockMetaData group : reader.getRowGroups()) {
        int end = (int) (first + group.getRowCount());
        Map<String, BloomFilter> filters = new java.util.HashMap<>();
        for (ColumnChunkMetaData column : group.getColumns()) {
          BloomFilter filter = reader.readBloomFilter(column);
          assertThat(filter != null).isEqualTo(FILTERED.contains(column.getPath().toDotString()));
          if (filter != null) {
            filters.put(column.getPath().toDotString(), filter);
          }
        }
        int found = 0;
        for (int row = 0; row < ROWS; row++) {
          boolean here = row >= first && row < end;
          List<Boolean> answers = answers(filters, row);
          if (here) {
            assertThat(answers).doesNotContain(false);
          } else if (answers.get(0)) {
            found++;
          }
        }
        assertThat(found).isLessThan(ROWS / 20);
        first = end;
      }
      assertThat(first).isEqualTo(ROWS);
    }
  }

  /** Whether the values of a row may be there; of the number first. */
  private static List<Boolean> answers(Map<String, BloomFilter> filters, int row) {
    List<Boolean> answers = new ArrayList<>();
    answers.add(found(filters, "id", f -> f.hash((long) row)));
    answers.add(found(filters, "currency", f -> f.hash(binary(Samples.currency(row)))));
    answers.add(
        found(filters, "amount", f -> f.hash(Samples.amount(row).unscaledValue().longValue())));
    String note = Samples.note(row);
    if (note != null) {
      answers.add(found(filters, "note", f -> f.hash(binary(note))));
    }
    if (!Samples.absent(row)) {
      answers.add(found(filters, "day", f -> f.hash(row % 20_000 - 5_000)));
      answers.add(found(filters, "rate", f -> f.hash(row / 8.0)));
    }
    return answers;
  }

  private interface Hash {
    long of(BloomFilter filter);
  }

  private static boolean found(Map<String, BloomFilter> filters, String column, Hash hash) {
    BloomFilter filter = filters.get(column);
    assertThat(filter).isNotNull();
    return filter.findHash(hash.of(filter));
  }

  private static Binary binary(String text) {
    return Binary.fromConstantByteArray(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void parquetJavaFindsEveryValueAndFewOthers() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(1);
    try {
      checkFilters(stored(file(schema(), null, new Workers(2, pool))), null);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void filtersOfEncryptedFilesAreUnderTheKeyOfTheirColumnAndCounted() throws Exception {
    ParquetSchema without = Samples.SCHEMA.withKeyClass(PERSONAL, "note");
    ParquetFileKeys plain = Samples.keys().with(PERSONAL, Samples.key(2), PERSONAL_ID);
    file(without, plain, Workers.NONE);
    ParquetFileKeys keys = Samples.keys().with(PERSONAL, Samples.key(2), PERSONAL_ID);
    Written file = file(schema().withKeyClass(PERSONAL, "note"), keys, Workers.NONE);
    assertThat(keys.modules(PERSONAL)).isEqualTo(plain.modules(PERSONAL) + 2 * 3);
    assertThat(keys.modules()).isEqualTo(plain.modules() + 6 * 2 * 3);
    checkFilters(
        stored(file),
        FileDecryptionProperties.builder()
            .withKeyRetriever(
                reference ->
                    Samples.key(
                        new String(reference, StandardCharsets.UTF_8).equals(PERSONAL_ID) ? 2 : 1))
            .build());
    assertPruned(file, keys, without);
  }

  /** A value that is nowhere, though between those that are, needs no page of its column. */
  private static void assertPruned(
      Written file, @Nullable ParquetFileKeys keys, ParquetSchema without) {
    long with = fetchedForNothing(file, keys);
    long all = fetchedForNothing(file(without, keys, Workers.NONE), keys);
    assertThat(with).isLessThan(all * 2 / 3);
  }

  private static long fetchedForNothing(Written file, @Nullable ParquetFileKeys keys) {
    CountingSource source = new CountingSource(file.bytes());
    RowFilter filter = RowFilter.column("note").equalTo("CARD PAYMENT of nobody");
    try (ParquetRowReader in =
        new ParquetRowReader("f", source, Samples.SCHEMA, filter, keys, null)) {
      assertThat(in.next()).isFalse();
    }
    return source.fetched();
  }

  @Test
  void duckDbPassesOverRowGroupsByThem() throws Exception {
    Path path = stored(file(schema(), null, Workers.NONE));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      for (String[] probe :
          new String[][] {
            {"id", "16000", "[true, false, true]"},
            {"currency", "'CHF'", "[true, true, true]"},
            {"currency", "'EUR'", "[false, false, false]"},
            {"note", "'" + Samples.note(31) + "'", "[false, true, true]"}
          }) {
        try (ResultSet result =
            statement.executeQuery(
                "SELECT list(bloom_filter_excludes ORDER BY row_group_id)::VARCHAR"
                    + " FROM parquet_bloom_probe('"
                    + path
                    + "', '"
                    + probe[0]
                    + "', "
                    + probe[1]
                    + ")")) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).as(probe[0]).isEqualTo(probe[2]);
        }
      }
    }
  }

  @Test
  void aColumnThatMustLeaveNothingGetsNoneInTheClear() {
    ParquetSchema silent = schema().withoutStatistics("note");
    assertThatThrownBy(() -> file(silent, null, Workers.NONE))
        .isInstanceOfSatisfying(
            ParquetFileException.class,
            e -> assertThat(e.code()).isEqualTo(ParquetErrorCode.BLOOM_FILTER_REFUSED))
        .hasMessageContaining("'note'");
    assertPruned(
        file(silent, Samples.keys(), Workers.NONE),
        Samples.keys(),
        Samples.SCHEMA.withoutStatistics("note"));
    assertThatThrownBy(() -> Samples.SCHEMA.withBloomFilter("booked", new BloomFilterSize(32)))
        .isInstanceOf(ParquetFileException.class);
  }

  @Test
  void sizesFollowTheNumberOfValues() {
    assertThat(BloomFilterSize.forDistinct(1).bytes()).isEqualTo(32);
    assertThat(BloomFilterSize.forDistinct(100_000).bytes()).isEqualTo(128 * 1024);
    assertThat(BloomFilterSize.forDistinct(50_000).bytes()).isEqualTo(64 * 1024);
    assertThat(BloomFilterSize.forDistinct(50_000, 0.5).bytes()).isLessThan(64 * 1024);
    for (int wrong : new int[] {0, 16, 33, 1 << 25}) {
      assertThatThrownBy(() -> new BloomFilterSize(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> BloomFilterSize.forDistinct(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BloomFilterSize.forDistinct(5, 1.0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> BloomFilterSize.forDistinct(Integer.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
