package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.ConflictRule;
import io.strongroom.storage.DatasetMode;
import io.strongroom.storage.DatasetRef;
import io.strongroom.storage.DatasetSpec;
import io.strongroom.storage.Layer;
import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectUpload;
import io.strongroom.storage.Protection;
import io.strongroom.storage.WriteResult;
import io.strongroom.storage.run.DataFile;
import io.strongroom.storage.run.RunFiles;
import io.strongroom.storage.run.RunId;
import io.strongroom.storage.testing.ForwardingObjectStore;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes with little heap. */
@Tag("exhaustive")
class SmallHeapTest {
  private static final int ROWS = 2_000_000;
  private static final ParquetSchema SCHEMA =
      ParquetSchema.parse(
          """
          {"type":"record","name":"transaction","fields":[
            {"name":"transaction_id","type":"string"},
            {"name":"account","type":"string"},
            {"name":"customer_id","type":"long"},
            {"name":"amount",
             "type":{"type":"bytes","logicalType":"decimal","precision":18,"scale":2}},
            {"name":"currency","type":"string"},
            {"name":"ts","type":{"type":"long","logicalType":"timestamp-micros"}},
            {"name":"country","type":"string"},
            {"name":"merchant_category","type":["null","string"]},
            {"name":"description","type":["null","string"]}]}
          """);

  private static final String CLEAR = "clear";
  private static final String SEALED = "sealed";

  @TempDir Path folder;

  @Test
  void twoMillionRowsAreWrittenAndReadIn192MibInTheClearAndEncryptedOfEveryLayoutAndCodec()
      throws Exception {
    for (ParquetLayout layout : ParquetLayout.values()) {
      for (Codec codec : Codec.values()) {
        for (String protection : List.of(CLEAR, SEALED)) {
          String file = folder.resolve(layout + "-" + codec + "-" + protection).toString();
          String[] what = {layout.name(), codec.name(), file, protection};
          assertThat(said(TwoMillionRows.class, "-Xmx192m", what))
              .as("%s %s %s", layout, codec, protection)
              .endsWith("WROTE AND READ " + ROWS);
        }
      }
    }
  }

  @Test
  void tenThousandPartitionsAreWrittenIn64Mib() throws Exception {
    assertThat(said(TenThousandPartitions.class, "-Xmx64m"))
        .endsWith("10000 PARTITIONS 500000 ROWS");
  }

  private static String said(Class<?> main, String heap, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(Arrays.asList(arguments));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(said).isZero();
    return said.strip();
  }

  /** Writes a file and reads it again. */
  static final class TwoMillionRows {
    private TwoMillionRows() {}

    public static void main(String[] arguments) {
      ParquetFiles files =
          new ParquetFiles(ParquetLayout.valueOf(arguments[0]), Codec.valueOf(arguments[1]));
      LocalObjectStore store = new LocalObjectStore(Path.of(arguments[2]));
      ParquetFileKeys keys = arguments[3].equals(SEALED) ? Samples.KEYS : null;
      ParquetFileFacts facts;
      long cents = 0;
      try (ObjectUpload upload = store.upload("transactions");
          ParquetRowWriter out = files.write(upload.stream(), SCHEMA, keys)) {
        for (int row = 0; row < ROWS; row++) {
          long mixed = mix(row);
          long amount = (mixed >>> 40) - 4_000_000;
          out.setString(0, "%016x-%08x-4000-8000".formatted(mixed, mix(mixed)));
          out.setString(1, "DE89" + mixed(mixed, 200_000));
          out.setLong(2, 10_000_000 + mixed(mixed, 133_409));
          out.setUnscaled(3, amount);
          out.setString(4, "C" + mixed(mixed, 12));
          out.setTimestampMicros(5, 1_767_225_600_000_000L + row * 40_000L + mixed(mixed, 39_999));
          out.setString(6, "L" + mixed(mixed, 45));
          if (row % 50 != 0) {
            out.setString(7, mixed(mixed, 280) + " PHARMACY F");
          }
          if (row % 100 != 0) {
            out.setString(
                8, "CARD PAYMENT " + mixed(mixed, 5_000) + " REF " + mixed(~mixed, 1 << 26));
          }
          out.endRow();
          cents += amount;
        }
        facts = out.finish();
        if (!(upload.commit() instanceof WriteResult.Won)) {
          throw new IllegalStateException("not stored");
        }
      }
      long found = 0;
      int rows = 0;
      try (ParquetRowReader in =
          files.read(store, "transactions", SCHEMA, keys, facts.footerSha256())) {
        while (in.next()) {
          rows++;
          BigDecimal amount = in.getDecimal(3);
          found += amount.unscaledValue().longValueExact();
        }
      }
      if (found == cents) {
        System.out.println("WROTE AND READ " + rows);
      }
    }

    private static long mix(long value) {
      long mixed = (value + 1) * 0x9E3779B97F4A7C15L;
      return (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    }

    private static long mixed(long value, int bound) {
      return Long.remainderUnsigned(value >>> 7, bound);
    }
  }

  /** Rows of ten thousand partitions. */
  static final class TenThousandPartitions {
    private TenThousandPartitions() {}

    public static void main(String[] arguments) {
      DatasetSpec silver =
          new DatasetSpec(
              new DatasetRef(Layer.SILVER, "payments", "transactions"),
              DatasetMode.APPEND,
              Protection.SEALED,
              ConflictRule.NONE,
              "v1");
      List<DataFile> written;
      try (PartitionedParquetWriter<ParquetRowWriter> out =
          PartitionedParquetWriter.rows(
              new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD),
              Samples.SCHEMA,
              Samples.KEYS,
              new RunFiles(new Discarding(), silver, new RunId("run-1")),
              PartitionLimits.usual().withMemoryBytes(24 * 1024 * 1024))) {
        for (int wave = 0; wave < 10_000; wave += 200) {
          for (int row = 0; row < 10_000; row++) {
            Samples.write(out.to(Map.of("p", "p" + (wave + row / 50))), row);
          }
        }
        written = out.finish();
      }
      System.out.println(
          written.stream().map(DataFile::partition).distinct().count()
              + " PARTITIONS "
              + written.stream().mapToLong(DataFile::rows).sum()
              + " ROWS");
    }
  }

  /** Keeps nothing. */
  private static final class Discarding extends ForwardingObjectStore {
    Discarding() {
      super(new InMemoryObjectStore());
    }

    @Override
    public ObjectUpload upload(String key) {
      return new ObjectUpload() {
        @Override
        public OutputStream stream() {
          return OutputStream.nullOutputStream();
        }

        @Override
        public WriteResult commit() {
          return new WriteResult.Won("none");
        }

        @Override
        public void close() {}
      };
    }
  }
}
