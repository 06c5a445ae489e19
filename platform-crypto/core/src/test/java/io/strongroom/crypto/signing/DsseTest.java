package io.strongroom.crypto.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("verify")
class DsseTest {

  @Test
  void thePublishedExampleAgrees() {
    assertThat(Dsse.pae("http://example.com/HelloWorld", "hello world".getBytes(UTF_8)))
        .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world".getBytes(UTF_8));
  }

  @Test
  void lengthsCountBytesAndNotCharacters() {
    assertThat(Dsse.pae("é", "żó".getBytes(UTF_8))).isEqualTo("DSSEv1 2 é 4 żó".getBytes(UTF_8));
  }

  @Test
  void emptyPartsKeepTheirPlaces() {
    assertThat(Dsse.pae("", new byte[0])).isEqualTo("DSSEv1 0  0 ".getBytes(UTF_8));
  }
}
