package io.strongroom.crypto.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A reader in another language, over OpenSSL, reads the golden store. */
@Tag("oracle")
class SubjectFormatInNodeTest {

  private static String repeated(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void nodeOpensTheFieldAndBelievesStatusAndReceipt() throws Exception {
    byte[] publicKey =
        Ed25519Signer.fromSeed(KeyPurpose.RECEIPT, HexFormat.of().parseHex(repeated(9)))
            .publicKey();
    Process node =
        new ProcessBuilder(
                "node",
                "src/test/node/subjects.mjs",
                "src/test/resources/golden/subject-v1",
                repeated(7),
                HexFormat.of().formatHex(publicKey))
            .redirectErrorStream(true)
            .start();
    String out = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(out.lines())
        .containsExactly(
            "Erika Mustermann",
            "hold.json true",
            "release.json true",
            "tombstone.json true",
            "receipt.json true");
    assertThat(node.exitValue()).isZero();
  }
}
