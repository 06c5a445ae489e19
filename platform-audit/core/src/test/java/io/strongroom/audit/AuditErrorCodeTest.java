package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.ErrorCategory;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class AuditErrorCodeTest {

  @Test
  void idsAreConsecutiveAndUnique() {
    AuditErrorCode[] codes = AuditErrorCode.values();
    assertThat(Arrays.stream(codes).map(AuditErrorCode::id))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, codes.length)
                .mapToObj(i -> String.format("AUD-%03d", i))
                .toList());
  }

  @Test
  void everyCodeSaysWhatItMeansAndWhatToDo() {
    for (AuditErrorCode code : AuditErrorCode.values()) {
      assertThat(code.meaning()).endsWith(".").hasSizeGreaterThan(20);
      assertThat(code.remedy()).endsWith(".").hasSizeGreaterThan(20);
    }
    assertThat(new AuditException(AuditErrorCode.LOG_INCONSISTENT, "x").category())
        .isEqualTo(ErrorCategory.INTEGRITY);
  }
}
