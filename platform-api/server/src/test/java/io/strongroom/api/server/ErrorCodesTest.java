package io.strongroom.api.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.api.ApiErrorCode;
import io.strongroom.base.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class ErrorCodesTest {

  @Test
  void clientAndServerShareOneSeriesOfCodesWithoutACodeTwice() {
    List<ErrorCode> codes = new ArrayList<>(List.of(ApiErrorCode.values()));
    codes.addAll(List.of(ApiServerErrorCode.values()));
    assertThat(codes)
        .extracting(ErrorCode::id)
        .doesNotHaveDuplicates()
        .allMatch(ErrorCodesTest::isId);
    assertThat(codes)
        .allSatisfy(
            code -> {
              assertThat(code.meaning()).endsWith(".");
              assertThat(code.remedy()).endsWith(".");
            });
  }

  private static boolean isId(String id) {
    return id.matches("API-[0-9]{3}");
  }
}
