package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class PlatformExceptionTest {

  private static final class Failure extends PlatformException {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(BaseErrorCode.SECRET_EXPOSED, message);
    }
  }

  @Test
  void oneLineHoldsCodeMessageAndRemedy() {
    assertThat(new Failure("the file /keys is open").oneLine())
        .isEqualTo(
            "BASE-005 SECRET_EXPOSED: the file /keys is open. Remedy: "
                + BaseErrorCode.SECRET_EXPOSED.remedy());
    assertThat(new Failure("It ends.").oneLine()).contains("It ends. Remedy:");
  }

  @Test
  void oneLineStaysOneLineWhateverTheMessageHolds() {
    assertThat(new Failure("a\r\nb\u001b[31mc\u0000").oneLine())
        .startsWith("BASE-005 SECRET_EXPOSED: a b [31mc. Remedy: ")
        .doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void theCategoryIsThatOfTheCode() {
    Failure failure = new Failure("x");
    assertThat(failure.code()).isEqualTo(BaseErrorCode.SECRET_EXPOSED);
    assertThat(failure.category()).isEqualTo(ErrorCategory.CONFIGURATION);
  }

  @Test
  void exitCodesAreThoseOfTheDesign() {
    Map<ErrorCategory, Integer> codes =
        Arrays.stream(ErrorCategory.values())
            .collect(Collectors.toMap(category -> category, ErrorCategory::exitCode));
    assertThat(codes)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                ErrorCategory.TRANSIENT, 75,
                ErrorCategory.INPUT, 65,
                ErrorCategory.CONFIGURATION, 78,
                ErrorCategory.INTEGRITY, 76,
                ErrorCategory.UNKNOWN_OUTCOME, 75,
                ErrorCategory.INTERNAL, 70));
  }

  @Test
  void idsAreStable() {
    assertThat(Arrays.stream(BaseErrorCode.values()).map(code -> code.id() + " " + code.name()))
        .containsExactly(
            "BASE-001 CONFIGURATION_INVALID",
            "BASE-002 CONFIGURATION_FILE_UNREADABLE",
            "BASE-003 SECRET_REFERENCE_REFUSED",
            "BASE-004 SECRET_UNREADABLE",
            "BASE-005 SECRET_EXPOSED",
            "BASE-006 JSON_MALFORMED",
            "BASE-007 JSON_TOO_LARGE",
            "BASE-008 JSON_NOT_CANONICAL",
            "BASE-009 JSON_MEMBER_MISSING",
            "BASE-010 JSON_MEMBER_TYPE");
    assertThat(BaseErrorCode.values())
        .allSatisfy(
            code -> {
              assertThat(code.meaning()).endsWith(".");
              assertThat(code.remedy()).endsWith(".");
            });
  }
}
