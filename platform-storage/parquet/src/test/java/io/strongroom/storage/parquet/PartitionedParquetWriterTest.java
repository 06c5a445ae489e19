package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.strongroom.base.PlatformException;
import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.ObjectInfo;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.Protection;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.StorageException;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.DatasetOutput;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.FaultyObjectStore;
import io.strongroom.storage.testing.FaultyObjectStore.Fault;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class PartitionedParquetWriterTest {
  private static final DatasetSpec SILVER =
      new DatasetSpec(
          new DatasetRef(Layer.SILVER, "payments", "transactions"),
          DatasetMode.APPEND,
          Protection.SEALED,
          ConflictRule.NONE,
          "v1");
  private static final RunId RUN = new RunId("run-1");
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"t","fields":[
            {"name":"account","type":"string"},{"name":"cents","type":"long"},
            {"name":"note","type":["null","string"]}]}
          """);
  private static final ParquetFiles FILES =
      new ParquetFiles(ParquetLayout.STANDARD, Codec.ZSTD, 1, 1 << 20);
  private static final long MIB = 1 << 20;

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final Map<String, Long> sums = new TreeMap<>();
  private final Random random = new Random(1);

  private static RunFiles target(ObjectStore store) {
    return new RunFiles(store, SILVER, RUN);
  }

  private PartitionedParquetWriter<ParquetRowWriter> writer(PartitionLimits limits) {
    return PartitionedParquetWriter.rows(FILES, SCHEMA, Samples.KEYS, target(store), limits);
  }

  private void add(PartitionedParquetWriter<ParquetRowWriter> out, String bank) {
    ParquetRowWriter row = out.to(Map.of("bank", bank));
    long cents = random.nextInt(1_000_000);
    row.setString(0, "account " + random.nextInt(100_000));
    row.setLong(1, cents);
    row.setString(2, "note " + random.nextLong());
    row.endRow();
    sums.merge(bank, cents, Long::sum);
  }

  /** Sums by partition of what stands in the files, each read as the manifest describes it. */
  private static Map<String, Long> read(ObjectStore store, List<DataFile> files) {
    Map<String, Long> found = new TreeMap<>();
    for (DataFile file : files) {
      long rows = 0;
      try (ParquetRowReader in =
          FILES.read(
              store,
              file.path(),
              SCHEMA.select("cents"),
              Samples.KEYS,
              file.footerSha256().orElseThrow())) {
        while (in.next()) {
          found.merge(file.partition().getOrDefault("bank", ""), in.getLong(0), Long::sum);
          rows++;
        }
      }
      assertThat(rows).isEqualTo(file.rows());
    }
    return found;
  }

  @Test
  void manyPartitionsNeedNoMoreMemoryThanAFew() {
    PartitionLimits limits = PartitionLimits.usual().withOpenFiles(8).withMemoryBytes(4 * MIB);
    List<DataFile> files;
    long most = 0;
    try (PartitionedParquetWriter<ParquetRowWriter> out = writer(limits)) {
      for (int first = 0; first < 400; first += 4) {
        for (int row = 0; row < 20; row++) {
          add(out, "b" + (first + row % 4));
        }
        most = Math.max(most, out.memory());
      }
      assertThat(out.filesEndedEarly()).isEqualTo(400 - 8);
      files = out.finish();
      assertThat(out.memory()).isLessThanOrEqualTo(4 * MIB / 8);
    }
    assertThat(most).isBetween(1 * MIB, 4 * MIB);
    assertThat(files).hasSize(400);
    assertThat(read(store, files.subList(0, 300)))
        .allSatisfy((bank, sum) -> assertThat(sum).isEqualTo(sums.get(bank)));
    assertThat(files.stream().mapToLong(DataFile::rows).sum()).isEqualTo(2_000);
    assertThat(new TreeSet<>(files.stream().map(file -> file.partition().get("bank")).toList()))
        .isEqualTo(sums.keySet());
  }

  @Test
  void filesAreAsLargeAsWantedAndWhatIsHeldIsBounded() throws Exception {
    long wanted = 300 * 1024;
    PartitionLimits limits = PartitionLimits.usual().withMemoryBytes(5 * MIB).withFileBytes(wanted);
    List<DataFile> files;
    long most = 0;
    try (PartitionedParquetWriter<ParquetRowWriter> out = writer(limits)) {
      for (int row = 0; row < 150_000; row++) {
        add(out, "b" + random.nextInt(4));
        most = Math.max(most, out.memory());
      }
      assertThat(out.filesEndedEarly()).isZero();
      files = out.finish();
    }
    assertThat(most).isBetween(2 * MIB, 5 * MIB + 512 * 1024);
    assertThat(read(store, files)).isEqualTo(sums);
    Map<String, Integer> lastOf = new HashMap<>();
    for (int index = 0; index < files.size(); index++) {
      lastOf.put(files.get(index).partition().get("bank"), index);
    }
    assertThat(files).hasSizeGreaterThan(6);
    for (int index = 0; index < files.size(); index++) {
      DataFile file = files.get(index);
      assertThat(file.bytes()).isLessThan(wanted * 115 / 100);
      // The first one is judged before it is known how well the rows compress.
      if (index > 0 && lastOf.get(file.partition().get("bank")) != index) {
        assertThat(file.bytes()).isGreaterThan(wanted * 60 / 100);
      }
      byte[] stored = store.get(file.path()).orElseThrow().content();
      assertThat(file.bytes()).isEqualTo(stored.length);
      assertThat(file.sha256())
          .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(stored)));
    }
    assertThat(new DatasetOutput(SILVER, "k", "0".repeat(64), files).rows()).isEqualTo(150_000);
  }

  @Test
  void aFileIsEndedAtItsLastRow() {
    List<DataFile> files;
    try (PartitionedParquetWriter<ParquetRowWriter> out =
        writer(PartitionLimits.usual().withFileRows(700))) {
      for (int row = 0; row < 2_000; row++) {
        add(out, "b");
      }
      files = out.finish();
    }
    assertThat(files).extracting(DataFile::rows).containsExactly(700L, 700L, 600L);
    assertThat(files)
        .extracting(DataFile::path)
        .allMatch(
            path ->
                path.matches(
                    "silver/payments/transactions/bank=b/schema_v=v1/run_id=run-1/"
                        + "part-0000[0-2]-[0-9a-f]{16}\\.parquet"))
        .doesNotHaveDuplicates();
  }

  @Test
  void rowGroupsAreWrittenEarlyWhenAllFilesTogetherHoldTooMuch() {
    PartitionLimits limits = PartitionLimits.usual().withMemoryBytes(6 * MIB);
    ParquetFiles roomy = new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.UNCOMPRESSED);
    List<DataFile> files;
    long most = 0;
    try (PartitionedParquetWriter<ParquetRowWriter> out =
        PartitionedParquetWriter.rows(roomy, SCHEMA, Samples.KEYS, target(store), limits)) {
      for (int row = 0; row < 120_000; row++) {
        add(out, "b" + row % 5);
        most = Math.max(most, out.memory());
      }
      files = out.finish();
      assertThat(out.filesEndedEarly()).isZero();
    }
    assertThat(files).hasSize(5);
    assertThat(most).isBetween(3 * MIB, 7 * MIB);
    assertThat(read(store, files)).isEqualTo(sums);
  }

  @Test
  void theFileThatWasLongestWithoutARowIsEndedFirst() {
    List<DataFile> files;
    try (PartitionedParquetWriter<ParquetRowWriter> out =
        writer(PartitionLimits.usual().withOpenFiles(2))) {
      add(out, "a");
      add(out, "b");
      add(out, "a");
      add(out, "c");
      add(out, "a");
      files = out.finish();
    }
    assertThat(files)
        .extracting(file -> file.partition().get("bank") + file.rows())
        .containsExactly("b1", "c1", "a3");
  }

  @Test
  void aRowThatWasNotEndedIsForgottenAndNotMixedIntoAnother() {
    try (PartitionedParquetWriter<ParquetRowWriter> out = writer(PartitionLimits.usual())) {
      add(out, "a");
      out.to(Map.of("bank", "a")).setString(0, "never ended");
      add(out, "b");
      assertThatExceptionOfType(ParquetFileException.class)
          .isThrownBy(() -> out.to(Map.of("bank", "a")).endRow())
          .matches(e -> e.code() == ParquetErrorCode.ROW_INCOMPLETE);
      out.to(Map.of("bank", "b")).setString(0, "never ended either");
      assertThat(read(store, out.finish())).isEqualTo(sums);
    }
  }

  @Test
  void aPartitionThatCannotStandInAPathIsRefusedAndTheWritingGoesOn() {
    try (PartitionedParquetWriter<ParquetRowWriter> out = writer(PartitionLimits.usual())) {
      for (Map<String, String> refused :
          List.of(
              Map.of("bank", "../../gold"),
              Map.of("bank", "planted value"),
              Map.of("run_id", "other"),
              Map.of("../x", "1"))) {
        assertThatExceptionOfType(StorageException.class)
            .isThrownBy(() -> out.to(refused))
            .matches(e -> e.code() == StorageErrorCode.FILE_PLACE_REFUSED)
            .withMessageNotContaining("planted");
      }
      add(out, "b");
      assertThat(read(store, out.finish())).isEqualTo(sums);
    }
  }

  @Test
  void recordsAreWrittenThroughTheirFaces() {
    record Transaction(String account, long cents, String note) {}
    List<DataFile> files;
    try (PartitionedParquetWriter<ParquetRecordWriter<Transaction>> out =
        PartitionedParquetWriter.of(
            FILES,
            SCHEMA,
            Samples.KEYS,
            target(store),
            PartitionLimits.usual(),
            rows -> ParquetRecordWriter.of(rows, Transaction.class, MethodHandles.lookup()))) {
      out.to(Map.of("bank", "a")).write(new Transaction("x", 7, "n"));
      out.to(Map.of("bank", "b")).write(new Transaction("x", 11, null));
      files = out.finish();
    }
    assertThat(read(store, files)).containsOnly(Map.entry("a", 7L), Map.entry("b", 11L));
    try (PartitionedParquetWriter<ParquetRecordWriter<IndexedRecord>> out =
        PartitionedParquetWriter.of(
            FILES,
            SCHEMA,
            Samples.KEYS,
            target(store),
            PartitionLimits.usual(),
            ParquetRecordWriter::ofAvro)) {
      out.to(Map.of())
          .write(
              new GenericRecordBuilder(SCHEMA.avro())
                  .set("account", "x")
                  .set("cents", 5L)
                  .set("note", null)
                  .build());
      assertThat(read(store, out.finish())).containsOnly(Map.entry("", 5L));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSED", "LOST_BEFORE_EFFECT", "LOST_AFTER_EFFECT", "DELIVERED_LATE"})
  void aFaultAtAnyOperationLeavesOnlyWholeFilesAndNeverAWrongList(Fault fault) {
    int failed = 0;
    int survived = 0;
    for (long at = 1; ; at++) {
      InMemoryObjectStore inner = new InMemoryObjectStore();
      UploadCount uploads = new UploadCount(inner);
      FaultyObjectStore faulty = new FaultyObjectStore(uploads, FaultyObjectStore.once(at, fault));
      sums.clear();
      PartitionedParquetWriter<ParquetRowWriter> out =
          PartitionedParquetWriter.rows(
              new ParquetFiles(ParquetLayout.STANDARD, Codec.UNCOMPRESSED, 1, MIB),
              SCHEMA,
              Samples.KEYS,
              target(faulty),
              new PartitionLimits(2, 4 * MIB, 64 * 1024, 1_500));
      List<DataFile> files = List.of();
      try {
        for (int row = 0; row < 3_000; row++) {
          add(out, row < 2_900 ? "a" : "b" + row / 25 % 3);
        }
        files = out.finish();
        survived++;
        assertThat(read(inner, files)).isEqualTo(sums);
      } catch (PlatformException expected) {
        failed++;
        assertThatIllegalStateException().isThrownBy(out::finish);
        assertThatIllegalStateException().isThrownBy(() -> out.to(Map.of("bank", "a")));
      } finally {
        try {
          out.close();
        } catch (StorageException aborting) {
          assertThat(fault).isNotEqualTo(Fault.NONE);
        }
      }
      // An abort that did not reach the store leaves its upload there; nothing of it is visible.
      assertThat(uploads.open).hasSizeLessThanOrEqualTo(1);
      for (ObjectInfo object : inner.list("", null, 1000)) {
        try (ParquetRowReader in =
            FILES.read(inner, object.key(), SCHEMA.select("cents"), Samples.KEYS, null)) {
          while (in.next()) {
            assertThat(in.getLong(0)).isNotNegative();
          }
        }
      }
      if (at > faulty.operations()) {
        break;
      }
    }
    assertThat(failed).isGreaterThan(10);
    assertThat(survived).isPositive();
  }

  @Test
  void closedWithoutFinishNoUploadIsLeft() {
    UploadCount uploads = new UploadCount(store);
    PartitionedParquetWriter<ParquetRowWriter> out =
        PartitionedParquetWriter.rows(
            FILES, SCHEMA, null, target(uploads), PartitionLimits.usual().withMemoryBytes(4 * MIB));
    for (int row = 0; row < 60_000; row++) {
      add(out, "b" + row % 3);
    }
    assertThat(uploads.open).isNotEmpty();
    out.close();
    out.close();
    assertThat(uploads.open).isEmpty();
    assertThat(store.list("", null, 10)).isEmpty();
    assertThatIllegalStateException().isThrownBy(() -> out.to(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1_001})
  void limitsOutsideTheirRangesAreRefused(int openFiles) {
    PartitionLimits usual = PartitionLimits.usual();
    assertThatIllegalArgumentException().isThrownBy(() -> usual.withOpenFiles(openFiles));
    assertThatIllegalArgumentException().isThrownBy(() -> usual.withMemoryBytes(openFiles));
    assertThatIllegalArgumentException().isThrownBy(() -> usual.withFileBytes(openFiles));
    assertThatIllegalArgumentException().isThrownBy(() -> usual.withFileRows(-openFiles));
  }

  @Test
  void theReadmeShowsHowItIsUsed() throws IOException {
    ParquetFiles files = FILES;
    ParquetSchema schema = SCHEMA;
    ParquetFileKeys keys = Samples.KEYS;
    DatasetSpec silver = SILVER;
    RunId run = RUN;
    Iterable<String[]> input = List.of(new String[] {"a", "x", "1"}, new String[] {"b", "y", "2"});
    List<DataFile> written;
    // partitions
    RunFiles target = new RunFiles(store, silver, run); // paths of this attempt, and of no other
    PartitionLimits limits = PartitionLimits.usual().withFileBytes(128 * 1024 * 1024);
    try (PartitionedParquetWriter<ParquetRowWriter> out =
        PartitionedParquetWriter.rows(files, schema, keys, target, limits)) {
      for (String[] line : input) {
        ParquetRowWriter row = out.to(Map.of("bank", line[0])); // before every row
        row.setString(0, line[1]);
        row.setLong(1, Long.parseLong(line[2]));
        row.endRow();
      }
      written = out.finish(); // for new DatasetOutput(silver, keyId, commitment, written)
    }
    // end
    assertThat(read(store, written)).containsOnly(Map.entry("a", 1L), Map.entry("b", 2L));
    String source =
        Files.readString(
            Path.of(
                "src/test/java/io/strongroom/storage/parquet/PartitionedParquetWriterTest.java"),
            StandardCharsets.UTF_8);
    int start = source.indexOf("// partitions\n") + 14;
    String code = source.substring(start, source.indexOf("    // end\n", start));
    assertThat(Files.readString(Path.of("README.md")))
        .contains("```java\n" + code.replaceAll("(?m)^ {4}", "") + "```");
  }

  /** Knows which uploads were neither committed nor thrown away. */
  private static final class UploadCount extends ForwardingObjectStore {
    private final Set<ObjectUpload> open = new HashSet<>();

    UploadCount(ObjectStore inner) {
      super(inner);
    }

    @Override
    public ObjectUpload upload(String key) {
      ObjectUpload real = inner.upload(key);
      open.add(real);
      return new ObjectUpload() {
        @Override
        public OutputStream stream() {
          return real.stream();
        }

        @Override
        public WriteResult commit() {
          open.remove(real);
          return real.commit();
        }

        @Override
        public void close() {
          open.remove(real);
          real.close();
        }
      };
    }
  }
}
