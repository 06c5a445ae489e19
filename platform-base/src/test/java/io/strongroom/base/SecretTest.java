package io.strongroom.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class SecretTest {

  private static String text(Secret secret) {
    return secret.use(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  @Test
  void aSecretLendsItsBytesAndNeverPrintsThem() {
    try (Secret characters = Secret.of("päss".toCharArray());
        Secret bytes = Secret.of("päss".getBytes(StandardCharsets.UTF_8))) {
      assertThat(text(characters)).isEqualTo("päss");
      assertThat(text(bytes)).isEqualTo("päss");
      assertThat(characters.toString()).isEqualTo("Secret[redacted]");
    }
  }

  @Test
  void whatIsLentIsZeroedAndTheSecretStaysWhole() {
    byte[] given = {1, 2, 3};
    try (Secret secret = Secret.of(given)) {
      given[0] = 9;
      byte[] lent =
          secret.use(
              bytes -> {
                assertThat(bytes).containsExactly(1, 2, 3);
                bytes[1] = 9;
                return bytes;
              });
      assertThat(lent).containsOnly(0);
      secret.use(bytes -> assertThat(bytes).containsExactly(1, 2, 3));
    }
  }

  @Test
  void aClosedSecretGivesNothing() {
    Secret secret = Secret.of(new byte[] {1});
    secret.close();
    secret.close();
    assertThatThrownBy(() -> secret.use(bytes -> bytes.length))
        .isInstanceOf(IllegalStateException.class);
    assertThat(secret).isNotEqualTo(Secret.of(new byte[] {1}));
    assertThat(Secret.of(new byte[1])).isNotEqualTo(secret);
  }

  @Test
  void charactersThatAreNoUnicodeAreRefused() {
    char[] lone = {'a', '\ud800'};
    assertThatThrownBy(() -> Secret.of(lone)).isInstanceOf(IllegalArgumentException.class);
    try (Secret pair = Secret.of("😀€é".toCharArray())) {
      assertThat(text(pair)).isEqualTo("😀€é");
    }
  }

  @Test
  void secretsAreEqualByContent() {
    assertThat(Secret.of(new byte[] {1, 2}))
        .isEqualTo(Secret.of(new byte[] {1, 2}))
        .hasSameHashCodeAs(Secret.of(new byte[] {3}))
        .isNotEqualTo(Secret.of(new byte[] {1, 3}))
        .isNotEqualTo(Secret.of(new byte[] {1, 2, 3}))
        .isNotEqualTo("x");
  }
}
