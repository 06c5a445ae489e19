package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class CryptoErrorCodeTest {

  @Test
  void idsNamesAndCategoriesAreStable() {
    assertThat(
            Arrays.stream(CryptoErrorCode.values())
                .map(code -> code.id() + " " + code.name() + " " + code.category()))
        .containsExactly(
            "CRY-001 KEY_UNKNOWN CONFIGURATION",
            "CRY-002 KEY_SERVICE_UNREACHABLE TRANSIENT",
            "CRY-003 KEY_ACCESS_DENIED CONFIGURATION",
            "CRY-004 DECRYPTION_FAILED INTEGRITY",
            "CRY-005 MESSAGE_TRUNCATED INTEGRITY",
            "CRY-006 MESSAGE_UNSUPPORTED INPUT",
            "CRY-007 MESSAGE_LIMIT_EXCEEDED INPUT",
            "CRY-008 CONTEXT_MISMATCH INTEGRITY",
            "CRY-009 KEY_FILE_UNREADABLE CONFIGURATION",
            "CRY-010 KEY_FILE_EXPOSED CONFIGURATION",
            "CRY-011 KEY_FILE_MALFORMED CONFIGURATION",
            "CRY-012 KEY_FILE_EXISTS CONFIGURATION",
            "CRY-013 SIGNATURE_INVALID INTEGRITY",
            "CRY-014 KEYRING_INVALID INTEGRITY",
            "CRY-015 KEYRING_ROOT_MISMATCH INTEGRITY",
            "CRY-016 SIGNING_KEY_MISSING CONFIGURATION",
            "CRY-017 SIGNING_KEYS_EXIST CONFIGURATION",
            "CRY-018 SIGNING_KEYS_UNWRITABLE CONFIGURATION",
            "CRY-019 SIGNING_KEYS_UNREADABLE CONFIGURATION",
            "CRY-020 SIGNING_KEYS_EXPOSED CONFIGURATION",
            "CRY-021 TOKEN_INPUT_OUTSIDE_POLICY INPUT",
            "CRY-022 TOKEN_POLICY_INVALID CONFIGURATION",
            "CRY-023 TOKEN_KEY_MALFORMED INTEGRITY",
            "CRY-024 TOKEN_KEY_MISMATCH CONFIGURATION",
            "CRY-025 PROVIDER_UNSUITABLE CONFIGURATION",
            "CRY-026 MESSAGE_KIND_REFUSED INPUT",
            "CRY-030 FILE_UNUSABLE CONFIGURATION",
            "CRY-031 PROVIDER_SELF_TEST_FAILED CONFIGURATION",
            "CRY-034 KEY_DISABLED CONFIGURATION",
            "CRY-035 KEY_STATE_REFUSES CONFIGURATION",
            "CRY-036 KEY_SERVICE_LOGIN_REFUSED CONFIGURATION",
            "CRY-037 KEY_UNSUITABLE CONFIGURATION",
            "CRY-038 KEY_ANSWER_WRONG INTEGRITY",
            "CRY-039 KEY_NOT_TRUSTED CONFIGURATION",
            "CRY-040 KEY_PRIVATE_HALF_ABSENT CONFIGURATION",
            "CRY-041 KEY_CALL_INTERRUPTED TRANSIENT",
            "CRY-042 CHECKPOINT_PASSED TRANSIENT",
            "CRY-050 TOKEN_SCOPE_MISSING CONFIGURATION",
            "CRY-051 TOKEN_IRREVERSIBLE CONFIGURATION",
            "CRY-052 TOKEN_REFERENCE_MISMATCH CONFIGURATION",
            "CRY-053 TOKEN_REFERENCE_MALFORMED INTEGRITY",
            "CRY-054 TOKEN_ALTERED INTEGRITY",
            "CRY-056 SIGNING_ALGORITHM_UNKNOWN CONFIGURATION",
            "CRY-057 KEYRING_WENT_BACK INTEGRITY",
            "CRY-058 SEEN_KEYRINGS_UNUSABLE CONFIGURATION",
            "CRY-059 ENROLMENT_REFUSED INTEGRITY");
    assertThat(CryptoErrorCode.values())
        .allSatisfy(
            code -> {
              assertThat(code.meaning()).endsWith(".");
              assertThat(code.remedy()).endsWith(".");
            });
  }
}
