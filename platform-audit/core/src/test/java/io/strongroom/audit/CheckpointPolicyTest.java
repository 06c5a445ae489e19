package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.keyring;
import static io.strongroom.audit.LogFixture.seed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.MlDsaSigner;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C2SP tlog-policy. */
@Tag("verify")
class CheckpointPolicyTest {
  private static final byte[] ROOT = MerkleProofs.leafHash(new byte[] {1});
  private static final Signer LOG = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(1));
  private static final Signer PQ = MlDsaSigner.fromSeed(KeyPurpose.COSIGNATURE, seed(4));
  private static final Keyring KEYS =
      keyring(VerificationKey.of(LOG, "log"), VerificationKey.of(PQ, "log"));
  private static final Checkpoint UNSIGNED = new Checkpoint(ORIGIN, 9, ROOT, new byte[0]);

  /** A witness that signs as its type says. */
  private record Cosigner(NoteKey key, Signer signer) {
    static Cosigner of(int number) {
      boolean odd = number % 2 == 1;
      Signer signer =
          odd
              ? Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(40 + number))
              : MlDsaSigner.fromSeed(KeyPurpose.CHECKPOINT, seed(40 + number));
      NoteKey.Type type = odd ? NoteKey.Type.COSIGNATURE : NoteKey.Type.ML_DSA_44;
      return new Cosigner(
          NoteKey.of("witness.example.com/w" + number, type, signer.publicKey()), signer);
    }

    String line(long time) {
      return CheckpointNote.line(key, key.sign(UNSIGNED, signer, time));
    }
  }

  private static final List<Cosigner> WITNESSES =
      IntStream.rangeClosed(1, 6).mapToObj(Cosigner::of).toList();

  private static String logLine(Signer signer) {
    NoteKey key =
        NoteKey.of(
            ORIGIN, NoteKey.Type.ofLog(signer.algorithm()).orElseThrow(), signer.publicKey());
    return CheckpointNote.line(key, key.sign(UNSIGNED, signer, 7));
  }

  private static byte[] note(List<String> lines) {
    return CheckpointNote.signed(UNSIGNED, lines).note();
  }

  private static CheckpointPolicy policy(String text) {
    return CheckpointPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String logVkey() {
    return Checkpoint.verifierKey(ORIGIN, VerificationKey.of(LOG, "log"));
  }

  /** The example of the specification, with keys. */
  private static String example() {
    StringBuilder text = new StringBuilder("log " + logVkey() + " https://example.com/log\n\n");
    text.append("# Two organizations.\n");
    for (int i = 0; i < 3; i++) {
      text.append("witness X" + (i + 1) + " " + WITNESSES.get(i).key().verifierKey() + "\n");
    }
    text.append("group X-witnesses 2 X1 X2 X3\n");
    for (int i = 3; i < 6; i++) {
      text.append(
          "\twitness  Y" + (i - 2) + "\t" + WITNESSES.get(i).key().verifierKey() + " https://y \n");
    }
    text.append("group Y-witnesses any Y1 Y2 Y3\ngroup X-and-Y all X-witnesses Y-witnesses\n");
    return text + "quorum X-and-Y\n";
  }

  @ParameterizedTest
  @CsvSource({
    "'', false",
    "'1,2', false",
    "'1,2,3', false",
    "'1,4', false",
    "'4,5,6', false",
    "'1,2,4', true",
    "'2,3,6', true",
    "'1,3,5', true",
    "'1,2,3,4,5,6', true"
  })
  void theQuorumOfTheSpecificationsExampleIsCounted(String who, boolean enough) {
    List<String> lines = new ArrayList<>(List.of(logLine(LOG)));
    for (String each : who.isEmpty() ? new String[0] : who.split(",")) {
      lines.add(WITNESSES.get(Integer.parseInt(each) - 1).line(100));
    }
    Keyring keyring = keyring(VerificationKey.of(LOG, "log"));
    CheckpointPolicy policy = policy(example());
    if (enough) {
      assertThat(Checkpoint.verify(note(lines), ORIGIN, keyring, policy).size()).isEqualTo(9);
    } else {
      assertRefused(AuditErrorCode.QUORUM_MISSING, note(lines), keyring, policy);
    }
  }

  private static void assertRefused(
      AuditErrorCode code, byte[] note, Keyring keyring, CheckpointPolicy policy) {
    assertThatThrownBy(() -> Checkpoint.verify(note, ORIGIN, keyring, policy))
        .isInstanceOfSatisfying(AuditException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void cosignaturesAreCheckedAndTellTheirTimes() {
    CheckpointPolicy policy = policy(example());
    Checkpoint checkpoint =
        CheckpointNote.signed(
            UNSIGNED,
            List.of(logLine(LOG), WITNESSES.get(0).line(100), WITNESSES.get(1).line(200)));
    assertThat(policy.cosignatures(checkpoint))
        .extracting(each -> each.name() + " " + each.algorithm().id() + " " + each.time())
        .containsExactly(
            "witness.example.com/w1 ed25519 1970-01-01T00:01:40Z",
            "witness.example.com/w2 ml-dsa-44 1970-01-01T00:03:20Z");
    // A line of a witness that is not of this checkpoint makes the whole note one to refuse.
    for (int i = 0; i < 2; i++) {
      NoteKey key = WITNESSES.get(i).key();
      Checkpoint other = new Checkpoint(ORIGIN, 10, ROOT, new byte[0]);
      String wrong = CheckpointNote.line(key, key.sign(other, WITNESSES.get(i).signer(), 100));
      assertRefused(
          AuditErrorCode.CHECKPOINT_SIGNATURE_WRONG,
          note(List.of(logLine(LOG), wrong)),
          keyring(VerificationKey.of(LOG, "log")),
          policy(example().replace("quorum X-and-Y", "quorum none")));
    }
  }

  @Test
  void theTimeOfACosignatureIsSigned() {
    for (int i = 0; i < 2; i++) {
      Cosigner witness = WITNESSES.get(i);
      byte[] signature = witness.key().sign(UNSIGNED, witness.signer(), 100);
      assertThat(witness.key().verifies(UNSIGNED, signature)).isTrue();
      byte[] later = signature.clone();
      later[7]++;
      assertThat(witness.key().verifies(UNSIGNED, later)).isFalse();
      byte[] beyond = signature.clone();
      beyond[0] = (byte) 0x80;
      assertThat(witness.key().verifies(UNSIGNED, beyond)).isFalse();
      assertThat(witness.key().verifies(UNSIGNED, new byte[3])).isFalse();
    }
  }

  @Test
  void thePolicyOfAKeyringAsksForItsPostQuantumLine() {
    CheckpointPolicy policy = CheckpointPolicy.of(ORIGIN, KEYS, 9);
    String text = new String(policy.encode(), StandardCharsets.UTF_8);
    String pq = Checkpoint.verifierKey(ORIGIN, VerificationKey.of(PQ, "log"));
    assertThat(text)
        .isEqualTo(
            "log "
                + logVkey()
                + "\nwitness post-quantum-1 "
                + pq
                + "\ngroup post-quantum all post-quantum-1\nquorum post-quantum\n");
    assertThat(CheckpointPolicy.parse(policy.encode())).isEqualTo(policy);
    assertThat(
            new String(
                CheckpointPolicy.of(ORIGIN, keyring(VerificationKey.of(LOG, "log")), 9).encode(),
                StandardCharsets.UTF_8))
        .isEqualTo("log " + logVkey() + "\nquorum none\n");
    assertThatThrownBy(() -> CheckpointPolicy.of(ORIGIN, keyring(VerificationKey.of(PQ, "log")), 9))
        .isInstanceOf(AuditException.class);
  }

  @Test
  void witnessesAreAddedToWhatIsRequired() {
    CheckpointPolicy policy =
        CheckpointPolicy.of(ORIGIN, KEYS, 9)
            .withWitnesses(
                1,
                Map.of(
                    "w1", WITNESSES.get(0).key().verifierKey(),
                    "w2", WITNESSES.get(1).key().verifierKey()));
    assertThat(CheckpointPolicy.parse(policy.encode())).isEqualTo(policy);
    String log = logLine(LOG);
    String second = logLine(PQ);
    String witness = WITNESSES.get(1).line(5);
    Checkpoint.verify(note(List.of(log, second, witness)), ORIGIN, KEYS, policy);
    assertRefused(AuditErrorCode.QUORUM_MISSING, note(List.of(log, second)), KEYS, policy);
    Keyring without = keyring(VerificationKey.of(LOG, "log"));
    assertRefused(
        AuditErrorCode.POST_QUANTUM_LINE_MISSING, note(List.of(log, witness)), without, policy);
    assertRefused(
        AuditErrorCode.CHECKPOINT_KEY_UNKNOWN,
        note(List.of(log, second, witness)),
        KEYS,
        policy(example().replace(logVkey(), otherLog())));
  }

  private static String otherLog() {
    Signer other = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(77));
    return Checkpoint.verifierKey(ORIGIN, other.publicKey());
  }

  @Test
  void theFormatsPolicyIsTheGoldenOne() throws IOException {
    String format = Files.readString(Path.of("..", "FORMAT.md"));
    String golden =
        Files.readString(Path.of("src", "test", "resources", "golden", "all-lines", "policy"));
    String shortened = golden.replaceAll("(\\+[0-9a-f]{8}\\+.{8}).*", "$1...");
    assertThat(format).contains("```\n" + shortened + "```\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no quorum
        "quorum none", // no end of line
        "quorum none\nquorum none\n",
        "quorum w\n",
        "quorum\n",
        "quorum none none\n",
        "policy x\nquorum none\n",
        "quorum none\r\n",
        "quorum none\u0007\n",
        "quorum none\u007f\n",
        "log\nquorum none\n",
        "log %L url more\nquorum none\n",
        "log x+00000000+AAAA\nquorum none\n",
        "log %W\nquorum none\n", // a witness is no log
        "log %L\nlog %L\nquorum none\n",
        "witness w\nquorum none\n",
        "witness w %L\nquorum none\n", // a log is no witness
        "witness none %W\nquorum none\n",
        "witness w %W\nwitness v %W\nquorum none\n",
        "witness w %W\nwitness w %V\nquorum none\n",
        "witness w %W\ngroup w all w\nquorum none\n",
        "witness w %W\ngroup none all w\nquorum none\n",
        "witness w %W\ngroup g 0 w\nquorum none\n",
        "witness w %W\ngroup g 2 w\nquorum none\n",
        "witness w %W\ngroup g 01 w\nquorum none\n",
        "witness w %W\ngroup g most w\nquorum none\n",
        "witness w %W\ngroup g all\nquorum none\n",
        "witness w %W\ngroup g all w none\nquorum none\n",
        "witness w %W\ngroup g all w w\nquorum none\n",
        "witness w %W\ngroup g all w\ngroup h all w\nquorum none\n",
        "group g all w\nwitness w %W\nquorum none\n",
        "quorum w\nwitness w %W\n"
      })
  void malformedPoliciesAreRefused(String text) {
    String filled =
        text.replace("%L", logVkey())
            .replace("%W", WITNESSES.get(0).key().verifierKey())
            .replace("%V", WITNESSES.get(1).key().verifierKey());
    assertThatThrownBy(() -> policy(filled))
        .isInstanceOfSatisfying(
            AuditException.class,
            e -> assertThat(e.code()).isEqualTo(AuditErrorCode.POLICY_REFUSED));
  }

  @Test
  void namesAreOctetsAndPlacesAreKept() {
    byte[] text =
        ("# \u212a\nwitness \u212a " + WITNESSES.get(0).key().verifierKey() + " u\nquorum \u212a\n")
            .getBytes(StandardCharsets.UTF_8);
    CheckpointPolicy policy = CheckpointPolicy.parse(text);
    assertThat(new String(policy.encode(), StandardCharsets.UTF_8))
        .isEqualTo(
            "witness \u212a " + WITNESSES.get(0).key().verifierKey() + " u\nquorum \u212a\n");
    assertThatThrownBy(
            () -> policy("witness K " + WITNESSES.get(0).key().verifierKey() + "\nquorum \u212a\n"))
        .isInstanceOf(AuditException.class);
    assertThatThrownBy(() -> CheckpointPolicy.parse(new byte[(1 << 20) + 1]))
        .isInstanceOf(AuditException.class);
  }

  @Test
  void asManyLinesAsTheSpecificationRecommendsAreRead() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      Signer signer = Ed25519Signer.fromSeed(KeyPurpose.CHECKPOINT, seed(i));
      NoteKey key = NoteKey.of("w" + i, NoteKey.Type.COSIGNATURE, signer.publicKey());
      text.append("log " + Checkpoint.verifierKey("log" + i, signer.publicKey()) + "\n");
      text.append("witness w" + i + " " + key.verifierKey() + "\n");
      text.append("group g" + i + " any w" + i + (i == 0 ? "" : " g" + (i - 1)) + "\n");
    }
    assertThat(policy(text + "quorum g63\n"))
        .hasToString("CheckpointPolicy[64 logs, 64 witnesses, quorum g63]");
  }
}
