package io.strongroom.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.audit.AuditException;
import io.strongroom.audit.Checkpoint;
import io.strongroom.audit.Opening;
import io.strongroom.audit.RunTrail;
import io.strongroom.audit.evidence.EvidenceReport.Trail;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.SigningAlgorithm;
import io.strongroom.storage.run.RunId;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier in another language comes to the same results, over evidence of random runs. */
@Tag("oracle")
class EvidenceInNodeTest {
  private static final int RUNS = 12;
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  @TempDir Path folder;

  private record Outcome(int exit, String out) {}

  private static Outcome node(Path file) throws Exception {
    Process node =
        new ProcessBuilder(
                "node",
                "../verifier/verify-evidence.mjs",
                file.toString(),
                AuditedLake.KEYRING.rootDigest())
            .redirectErrorStream(true)
            .start();
    String out = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(node.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Outcome(node.exitValue(), out);
  }

  @Test
  void bothVerifiersAgree() throws Exception {
    Random random = new Random(5);
    int forged = 0;
    for (int i = 0; i < RUNS; i++) {
      Path file = folder.resolve("run.evidence");
      AuditedLake lake = lake(random);
      EvidenceReport ours = randomEvidence(random, lake, file);
      Outcome theirs = node(file);
      assertThat(theirs.exit()).as(theirs.out()).isZero();
      JsonObject report = parse(theirs.out());
      assertThat(report.integer("entries")).isEqualTo(ours.entries());
      assertThat(report.object("log").integer("size")).isEqualTo(ours.checkpoint().size());
      assertThat(report.string("status"))
          .isEqualTo(ours.manifest().map(m -> m.status().name()).orElse("UNDECIDED"));
      assertThat(report.flag("trailComplete")).isEqualTo(ours.trail() == Trail.COMPLETE);
      assertThat(report.strings("notProven")).isEqualTo(ours.notProven());
      ours.promotion()
          .ifPresent(
              promotion -> {
                assertThat(report.object("promotion").integer("seq")).isEqualTo(promotion.seq());
                assertThat(ours.proven())
                    .anyMatch(
                        line ->
                            line.startsWith(
                                "Publication "
                                    + promotion.seq()
                                    + " made the run live in "
                                    + report.object("promotion").integer("live")
                                    + " of"));
              });
      forged += assertBothRefuseForgeries(random, lake.keyring, file);
    }
    System.out.println(
        "oracle node evidence: " + RUNS + " files accepted, " + forged + " forgeries, 0 failed");
  }

  /** ECDSA signatures come in pairs; only the one whose s is at most half the order counts. */
  @Test
  void bothRefuseTheOtherSignatureOfACheckpoint() throws Exception {
    Path file = folder.resolve("run.evidence");
    AuditedLake lake =
        new AuditedLake(
            SigningAlgorithm.ECDSA_P256, SigningAlgorithm.ED25519, SigningAlgorithm.ED25519);
    lake.publish("run", "2026-01-01");
    lake.evidence().export(EvidenceRequest.of(new RunId("run")), file);
    String good = Files.readString(file);
    Matcher line = Pattern.compile("\u2014 \\S+ ([A-Za-z0-9+/=]+)").matcher(good);
    assertThat(line.find()).isTrue();
    byte[] signature = Base64.getDecoder().decode(line.group(1));
    byte[] other = new byte[4 + 8 + 66];
    int end = withOtherS(signature, other);
    String bad =
        good.replace(line.group(1), Base64.getEncoder().encodeToString(Arrays.copyOf(other, end)));
    write(file, bad.lines().toList().subList(0, (int) bad.lines().count() - 1));
    assertThatThrownBy(() -> Evidence.verify(file, lake.keyring))
        .isInstanceOf(AuditException.class);
    Outcome theirs = node(file);
    assertThat(theirs.exit()).as(theirs.out()).isEqualTo(1);
    assertThat(theirs.out()).contains("the signature of a checkpoint is wrong");
  }

  /** Writes key id and DER with the order less s; returns the length. */
  private static int withOtherS(byte[] signature, byte[] other) {
    ByteBuffer in = ByteBuffer.wrap(signature);
    byte[] id = new byte[4];
    in.get(id).getShort();
    byte[] r = integer(in);
    byte[] s = P256_ORDER.subtract(new BigInteger(integer(in))).toByteArray();
    return ByteBuffer.wrap(other)
        .put(id)
        .put((byte) 0x30)
        .put((byte) (4 + r.length + s.length))
        .put((byte) 2)
        .put((byte) r.length)
        .put(r)
        .put((byte) 2)
        .put((byte) s.length)
        .put(s)
        .position();
  }

  private static byte[] integer(ByteBuffer der) {
    der.get();
    byte[] integer = new byte[der.get()];
    der.get(integer);
    return integer;
  }

  /** Writes lines and the digest over them. */
  private static void write(Path file, List<String> lines) throws IOException {
    String body = String.join("\n", lines) + "\n";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(EvidenceWriter.sha256().digest(bytes));
    Files.writeString(file, body + "{\"sha256\":\"" + digest + "\",\"type\":\"end\"}\n");
  }

  @Test
  void fileOfVersionOneIsReadForEver() throws Exception {
    Outcome outcome = node(Path.of("src/test/resources/golden/evidence-v1"));
    assertThat(outcome.exit()).as(outcome.out()).isZero();
    assertThat(parse(outcome.out()).flag("trailComplete")).isTrue();
  }

  private static JsonObject parse(String printed) {
    String spaced = printed.replaceAll("(?m)^ +", "").replace("\n", "").replace("\": ", "\":");
    return JsonValue.parseObject(spaced.getBytes(StandardCharsets.UTF_8));
  }

  /** Half of the lakes are signed as AWS KMS can sign. */
  private static AuditedLake lake(Random random) {
    return random.nextBoolean()
        ? new AuditedLake()
        : new AuditedLake(
            SigningAlgorithm.ECDSA_P256,
            random.nextBoolean() ? SigningAlgorithm.ECDSA_P256 : SigningAlgorithm.ED25519,
            random.nextBoolean() ? SigningAlgorithm.ECDSA_P384 : SigningAlgorithm.ECDSA_P256);
  }

  private static EvidenceReport randomEvidence(Random random, AuditedLake lake, Path file)
      throws IOException {
    for (int other = random.nextInt(3); other > 0; other--) {
      lake.publish("before-" + other, "2025-12-0" + other);
    }
    RunTrail trail = lake.trail("run", random.nextInt(40));
    Opening opening = Opening.of("Erika \u20ac \"M\"", new SecureRandom());
    long index =
        trail.append(AuditedLake.event("ROW_SHOWN").withPersonal("who", opening.commit())).index();
    EvidenceRequest request = EvidenceRequest.of(new RunId("run"));
    if (random.nextBoolean()) {
      Checkpoint kept = lake.log.checkpoint();
      request = request.continuing(kept);
    }
    if (random.nextBoolean()) {
      request = request.disclosing(new DisclosedPart(index, "who", opening));
    }
    int end = random.nextInt(4);
    if (end == 1) {
      lake.abort("run", "2026-01-01");
    } else if (end > 1) {
      lake.commit("run", "2026-01-01");
      lake.promote("run");
    }
    if (random.nextInt(3) > 0) {
      trail.close(AuditedLake.event("ANY"));
    }
    if (end == 3) {
      lake.publish("after", "2026-01-02");
    }
    return lake.evidence().export(request, file);
  }

  private static int assertBothRefuseForgeries(Random random, Keyring keyring, Path file)
      throws Exception {
    List<String> good = Files.readAllLines(file, StandardCharsets.UTF_8);
    int forgeries = 5;
    for (int i = 0; i < forgeries; i++) {
      List<String> bad = new ArrayList<>(good.subList(0, good.size() - 1));
      int at;
      do {
        at = random.nextInt(bad.size());
      } while (bad.get(at).contains("\"type\":\"statement\""));
      String line = bad.get(at);
      int place = line.indexOf(':') + 2 + random.nextInt(line.length() / 2);
      char changed = line.charAt(place) == '1' ? '2' : '1';
      bad.set(at, line.substring(0, place) + changed + line.substring(place + 1));
      write(file, bad);
      assertThatThrownBy(() -> Evidence.verify(file, keyring))
          .as(line)
          .isInstanceOf(AuditException.class);
      Outcome theirs = node(file);
      assertThat(theirs.exit()).as("%s at %s: %s", line, place, theirs.out()).isEqualTo(1);
    }
    return forgeries;
  }
}
