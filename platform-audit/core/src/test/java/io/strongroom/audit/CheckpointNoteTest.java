package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.KEYRING;
import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.Ed25519Verifier;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("verify")
class CheckpointNoteTest {
  private static final byte[] ROOT = MerkleProofs.leafHash(new byte[] {1});
  private static final byte[] NOTE = LogFixture.note(ORIGIN, 17, ROOT, SIGNER);

  private static String note() {
    return new String(NOTE, StandardCharsets.UTF_8);
  }

  private static void assertUntrusted(String note) {
    assertRefused(note, AuditErrorCode.CHECKPOINT_UNTRUSTED);
  }

  private static void assertRefused(String note, AuditErrorCode code) {
    assertThatThrownBy(
            () -> Checkpoint.verify(note.getBytes(StandardCharsets.UTF_8), ORIGIN, KEYRING))
        .isInstanceOfSatisfying(AuditException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  /** The example in the documentation of golang.org/x/mod/sumdb/note. */
  @Test
  void keyIdAndSignatureAreThoseOfTheReferenceImplementation() {
    String verifierKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    byte[] typed = Base64.getDecoder().decode(verifierKey.substring(22));
    byte[] publicKey = Arrays.copyOfRange(typed, 1, 33);
    assertThat(Checkpoint.verifierKey("PeterNeumann", publicKey)).isEqualTo(verifierKey);
    assertThat(HexFormat.of().formatHex(NoteKey.parse(verifierKey).id())).isEqualTo("c74f20a3");
    String text =
        """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.
        """;
    byte[] blob =
        Base64.getDecoder()
            .decode(
                "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
                    + "E6RyyBwJnAM=");
    assertThat(
            Ed25519Verifier.verify(
                publicKey,
                text.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOfRange(blob, 4, blob.length)))
        .isTrue();
  }

  @Test
  void signedCheckpointIsReadBack() {
    Checkpoint checkpoint = Checkpoint.verify(NOTE, ORIGIN, KEYRING);
    assertThat(checkpoint).isEqualTo(new Checkpoint(ORIGIN, 17, ROOT, NOTE));
    assertThat(note())
        .startsWith(ORIGIN + "\n17\n" + Base64.getEncoder().encodeToString(ROOT) + "\n\n\u2014 ")
        .endsWith("\n");
  }

  @Test
  void everyFlippedByteIsRefused() {
    for (int position = 0; position < NOTE.length; position++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] flipped = NOTE.clone();
        flipped[position] ^= (byte) bit;
        assertThatThrownBy(() -> Checkpoint.verify(flipped, ORIGIN, KEYRING))
            .as("byte %d bit %d", position, bit)
            .isInstanceOf(AuditException.class);
      }
    }
  }

  @Test
  void signaturesOfOthersAreIgnoredAndOneOfOursIsEnough() {
    Signer witness = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(5));
    String theirs =
        new String(LogFixture.note("witness", 17, ROOT, witness), StandardCharsets.UTF_8);
    String line = theirs.substring(theirs.indexOf('\u2014'));
    assertThat(
            Checkpoint.verify((note() + line).getBytes(StandardCharsets.UTF_8), ORIGIN, KEYRING)
                .size())
        .isEqualTo(17);
    assertRefused(
        note().substring(0, note().indexOf('\u2014')) + line,
        AuditErrorCode.CHECKPOINT_KEY_UNKNOWN);
  }

  @Test
  void wrongSignatureOfAKnownKeyIsRefusedEvenBesideAGoodOne() {
    String other = new String(LogFixture.note(ORIGIN, 18, ROOT, SIGNER), StandardCharsets.UTF_8);
    assertRefused(
        note() + other.substring(other.indexOf('\u2014')),
        AuditErrorCode.CHECKPOINT_SIGNATURE_WRONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\n\n",
        "a\n1\n",
        "%s\n17\nAAAA\n\n",
        "%s\n017\n%r\n\n%s",
        "%s\n-1\n%r\n\n%s",
        "%s\n17\n%r\nextension\n\n%s",
        "%s\n17\n%r\n\nno dash\n",
        "%s\n17\n%r\n\n\u2014 a\n",
        "%s\n17\n%r\n\n\u2014 a b\n",
        "%s\n17\n%r\n\n\u2014 a+b AAAAAAAA\n",
        "%s\n99999999999999999999\n%r\n\n%s",
        "%s\r\n17\n%r\n\n%s"
      })
  void malformedNotesAreRefused(String shape) {
    String line = note().substring(note().indexOf('\u2014'));
    assertUntrusted(
        shape
            .replace("\n\n%s", "\n\n" + line)
            .replace("%s", ORIGIN)
            .replace("%r", Base64.getEncoder().encodeToString(ROOT)));
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] bytes = NOTE.clone();
    bytes[0] = (byte) 0xff;
    assertThatThrownBy(() -> Checkpoint.verify(bytes, ORIGIN, KEYRING))
        .isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> Checkpoint.verify(new byte[(1 << 20) + 1], ORIGIN, KEYRING))
        .isInstanceOf(AuditException.class);
  }

  @Test
  void otherOriginIsRefused() {
    assertThatThrownBy(() -> Checkpoint.verify(NOTE, ORIGIN + "2", KEYRING))
        .isInstanceOf(AuditException.class);
  }

  @Test
  void keyCountsOnlyForTheIndexesThatTheKeyringSays() {
    VerificationKey late =
        new VerificationKey(
            SIGNER.keyId(),
            KeyPurpose.CHECKPOINT,
            SIGNER.publicKey(),
            "log",
            17,
            OptionalLong.empty());
    assertThatThrownBy(() -> Checkpoint.verify(NOTE, ORIGIN, keyring(late)))
        .isInstanceOf(AuditException.class);
    byte[] next = LogFixture.note(ORIGIN, 18, ROOT, SIGNER);
    assertThat(Checkpoint.verify(next, ORIGIN, keyring(late)).size()).isEqualTo(18);
  }
}
