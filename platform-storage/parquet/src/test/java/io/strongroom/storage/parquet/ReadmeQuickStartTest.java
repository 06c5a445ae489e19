package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.storage.LocalObjectStore;
import io.strongroom.storage.ObjectStore;
import io.strongroom.storage.ObjectUpload;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class ReadmeQuickStartTest {
  private static final String AVRO =
      """
      {"type":"record","name":"balance","fields":[{"name":"account","type":"string"},
       {"name":"balance","type":["null",
         {"type":"bytes","logicalType":"decimal","precision":16,"scale":2}]}]}
      """;

  @TempDir Path folder;

  @Test
  void theQuickStartRuns() throws IOException {
    ObjectStore store = new LocalObjectStore(folder);
    byte[] key32 = new byte[32];
    new SecureRandom().nextBytes(key32);
    BigDecimal sum = BigDecimal.ZERO;
    // quick start
    ParquetSchema schema = ParquetSchema.parse(AVRO); // account: string, balance: decimal(16,2)
    ParquetFileKeys keys = ParquetFileKeys.of(key32, "run-1/gold/balances/default");
    ParquetFiles files = new ParquetFiles(ParquetLayout.SINGLE_PAGE, Codec.ZSTD);
    ParquetFileFacts facts;
    try (ObjectUpload upload = store.upload("gold/balances/part-0.parquet");
        ParquetRowWriter out = files.write(upload.stream(), schema, keys)) {
      out.setString(schema.index("account"), "T-7Q2M");
      out.setDecimal(schema.index("balance"), new BigDecimal("1204.50"));
      out.endRow();
      facts = out.finish(); // rows, bytes, SHA-256 of the file and of its footer
      upload.commit(); // only now, or there is no file
    }
    String key = "gold/balances/part-0.parquet";
    try (ParquetRowReader in =
        files.read(store, key, schema.select("balance"), keys, facts.footerSha256())) {
      while (in.next()) {
        sum = sum.add(in.isNull(0) ? BigDecimal.ZERO : in.getDecimal(0));
      }
    }
    // end
    assertThat(sum).isEqualTo(new BigDecimal("1204.50"));
    assertThat(facts.rows()).isEqualTo(1);
  }

  @Test
  void theReadmeShowsExactlyThat() throws IOException {
    String source =
        Files.readString(
            Path.of("src/test/java/io/strongroom/storage/parquet/ReadmeQuickStartTest.java"));
    String code =
        source.substring(source.indexOf("// quick start\n") + 15, source.indexOf("    // end\n"));
    String readme = Files.readString(Path.of("README.md"));
    int start = readme.indexOf("```java\n") + 8;
    assertThat(readme.substring(start, readme.indexOf("```", start)))
        .isEqualTo(code.replaceAll("(?m)^ {4}", ""));
  }

  @Test
  void theNumbersOfTheReadmeAreThoseOfTheCode() {
    long mib = 1024 * 1024;
    assertThat(
            new long[] {
              ReaderLimits.FOOTER,
              ReaderLimits.PAGE_HEADER,
              ReaderLimits.DICTIONARY,
              ReaderLimits.PAGE,
              RowBuffer.MAX_TEXT_BYTES,
              WriterSettings.DEFAULT_BYTES_PER_GROUP,
              WriterSettings.MIN_BYTES_PER_GROUP,
              WriterSettings.MAX_BYTES_PER_GROUP
            })
        .containsExactly(16 * mib, mib, 64 * mib, 256 * mib, 16 * mib, 64 * mib, mib, 128 * mib);
    assertThat(ParquetLayout.SINGLE_PAGE.rowsPerGroup()).isEqualTo(120_000);
    assertThat(ParquetLayout.STANDARD.rowsPerGroup()).isEqualTo(1_000_000);
  }

  @Test
  void theReadmeListsEveryErrorCode() throws IOException {
    assertThat(Files.readString(Path.of("README.md")))
        .contains(
            Arrays.stream(ParquetErrorCode.values())
                .map(
                    code ->
                        "| %s %s | %s | %s | %s |%n"
                            .formatted(
                                code.id(),
                                code.name(),
                                code.category(),
                                code.meaning(),
                                code.remedy()))
                .collect(Collectors.joining()));
    assertThat(Arrays.stream(ParquetErrorCode.values()).map(ParquetErrorCode::id))
        .doesNotHaveDuplicates()
        .allMatch(id -> id.matches("STO-3\\d\\d"));
  }
}
