package io.strongroom.examples.lake;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.api.ApiErrorCode;
import io.strongroom.api.server.ApiServerErrorCode;
import io.strongroom.audit.AuditErrorCode;
import io.strongroom.base.BaseErrorCode;
import io.strongroom.base.ErrorCode;
import io.strongroom.crypto.CryptoErrorCode;
import io.strongroom.pipeline.PipelineErrorCode;
import io.strongroom.storage.StorageErrorCode;
import io.strongroom.storage.parquet.ParquetErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The page of error codes says what the code says. Write it anew with {@code -Ddocs.write=true}.
 */
@Tag("verify")
class ErrorCodesPageTest {
  private static final Path PAGE = Path.of("..", "..", "docs", "error-codes.md");

  @Test
  void thePageListsEveryCodeAsItIsInTheCode() throws IOException {
    String page = page();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void noTwoCodesShareAnIdentifier() {
    List<String> ids =
        libraries().values().stream().flatMap(Stream::of).map(ErrorCode::id).toList();
    assertThat(ids).doesNotHaveDuplicates();
  }

  private static Map<String, ErrorCode[]> libraries() {
    Map<String, ErrorCode[]> libraries = new LinkedHashMap<>();
    libraries.put("platform-base", BaseErrorCode.values());
    libraries.put("platform-crypto", CryptoErrorCode.values());
    libraries.put("platform-storage", StorageErrorCode.values());
    libraries.put("platform-storage-parquet", ParquetErrorCode.values());
    libraries.put("platform-audit", AuditErrorCode.values());
    libraries.put("platform-pipeline", PipelineErrorCode.values());
    libraries.put("platform-api", ApiErrorCode.values());
    libraries.put("platform-api-server", ApiServerErrorCode.values());
    libraries.put("examples/transaction-lake", LakeErrorCode.values());
    return libraries;
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Error codes

            Every error carries a code that never changes its meaning. Its category says what to do, and gives
            the exit code of a program that ends with it: TRANSIENT 75 (try again), INPUT 65 (fix the data),
            CONFIGURATION 78 (fix the set-up), INTEGRITY 76 (stop, call security), UNKNOWN_OUTCOME 75 (look
            before you touch), INTERNAL 70 (our bug). Where a program has an exit code of its own for an end,
            it stands beside the category.
            """);
    libraries()
        .forEach(
            (library, codes) -> {
              page.append("\n## ").append(library).append("\n\n");
              page.append("| code | name | category | meaning | remedy |\n|---|---|---|---|---|\n");
              for (ErrorCode code : codes) {
                page.append(
                    "| %s | %s | %s | %s | %s |\n"
                        .formatted(
                            code.id(),
                            code.name(),
                            category(code),
                            cell(code.meaning()),
                            cell(code.remedy())));
              }
            });
    return page.toString();
  }

  private static String category(ErrorCode code) {
    boolean own =
        code instanceof LakeErrorCode lake && lake.exitCode() != lake.category().exitCode();
    return own
        ? code.category() + ", exit code " + ((LakeErrorCode) code).exitCode()
        : code.category().toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
