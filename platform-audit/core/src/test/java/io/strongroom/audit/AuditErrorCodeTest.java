package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.ErrorCategory;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class AuditErrorCodeTest {

  @Test
  void idsAreUniqueAndInOrder() {
    assertThat(Arrays.stream(AuditErrorCode.values()).map(AuditErrorCode::id))
        .doesNotHaveDuplicates()
        .isSorted()
        .allMatch(id -> id.matches("AUD-[0-9]{3}"));
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
