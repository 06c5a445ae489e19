package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class TlogProofTest {
  private final ObjectStoreAuditLog log = LogFixture.log(LogFixture.storeOf(300));
  private final Checkpoint checkpoint = log.checkpoint();
  private final TlogProof proof =
      new TlogProof(270, log.inclusionProof(270, 300), checkpoint.note());

  private static void assertInvalid(Runnable reading) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.PROOF_INVALID));
  }

  @Test
  void proofIsReadBackAndLeadsFromTheEntryToTheCheckpoint() {
    byte[] entry = log.entry(270).orElseThrow().bytes();
    TlogProof read = TlogProof.parse(proof.encode());
    assertThat(read.encode()).isEqualTo(proof.encode());
    assertThat(read.verify(entry, LogFixture.ORIGIN, LogFixture.KEYRING)).isEqualTo(checkpoint);
    byte[] other = log.entry(271).orElseThrow().bytes();
    assertInvalid(() -> read.verify(other, LogFixture.ORIGIN, LogFixture.KEYRING));
    TlogProof moved = new TlogProof(271, proof.path(), proof.note());
    assertInvalid(() -> moved.verify(entry, LogFixture.ORIGIN, LogFixture.KEYRING));
  }

  @Test
  void extraLineIsPassedOver() {
    String text = new String(proof.encode(), StandardCharsets.UTF_8);
    String extra = text.replace("\nindex", "\nextra AAEC\nindex");
    assertThat(TlogProof.parse(extra.getBytes(StandardCharsets.UTF_8)).encode())
        .isEqualTo(proof.encode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@v1|@v2",
        "index 270|index 0270",
        "index 270|index -1",
        "index 270|index 2700000000000000000",
        "index 270\n|",
        "=\n|\n",
        "=\n|==\n",
        "\n\n|\n",
      })
  void malformedTextIsRefused(String change) {
    String[] parts = change.split("\\|", -1);
    String text = new String(proof.encode(), StandardCharsets.UTF_8);
    int at = text.indexOf(parts[0]);
    String bad = text.substring(0, at) + parts[1] + text.substring(at + parts[0].length());
    assertInvalid(() -> TlogProof.parse(bad.getBytes(StandardCharsets.UTF_8)));
  }
}
