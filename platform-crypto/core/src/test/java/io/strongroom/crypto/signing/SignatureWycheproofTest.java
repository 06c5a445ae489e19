package io.strongroom.crypto.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The published cases of ECDSA and ML-DSA. ECDSA on P-256 must be in the folder; the sets of P-384
 * and ML-DSA-44 are run where they are, and are named where they are not.
 */
@Tag("vectors")
class SignatureWycheproofTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void everyCaseInTheFolderIsAsPublished() throws IOException {
    assertThat(ecdsa("ecdsa_secp256r1_sha256_test", SigningAlgorithm.ECDSA_P256)).isTrue();
    ecdsa("ecdsa_secp384r1_sha384_test", SigningAlgorithm.ECDSA_P384);
    mlDsaVerify();
    mlDsaSign();
  }

  /**
   * The cases are in DER. A signature in it is first brought into the fixed form; the same numbers
   * with a high {@code s} in the fixed form must be refused, which the published result does not
   * ask for.
   */
  private static boolean ecdsa(String name, SigningAlgorithm algorithm) throws IOException {
    Path file = file(name);
    if (!present(file, name)) {
      return false;
    }
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    int ran = 0;
    int failed = 0;
    Set<Long> highS = new TreeSet<>();
    for (JsonObject group : set.objects("testGroups")) {
      Verifier verifier =
          Verifier.of(
              algorithm,
              compressed(HEX.parseHex(group.object("publicKey").string("uncompressed"))));
      for (JsonObject test : group.objects("tests")) {
        ran++;
        byte[] message = HEX.parseHex(test.string("msg"));
        byte[] der = HEX.parseHex(test.string("sig"));
        boolean valid = test.string("result").equals("valid");
        if (accepts(verifier, algorithm, message, der) != valid) {
          failed++;
          System.out.println(name + ": case " + test.integer("tcId") + " differs");
        }
        if (valid && !Arrays.equals(der, lowDer(algorithm, der))) {
          highS.add(test.integer("tcId"));
        }
      }
    }
    System.out.println("vectors " + name + ": " + ran + " ran, " + failed + " failed");
    System.out.println(name + ": valid, but accepted in the lower half of s only: cases " + highS);
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
    return true;
  }

  private static boolean accepts(
      Verifier verifier, SigningAlgorithm algorithm, byte[] message, byte[] der) {
    byte[] fixed;
    try {
      fixed = EcdsaSignatures.fromDer(algorithm, der);
    } catch (IllegalArgumentException notDer) {
      return false;
    }
    return verifier.verify(message, fixed);
  }

  private static byte[] lowDer(SigningAlgorithm algorithm, byte[] der) {
    return EcdsaSignatures.toDer(algorithm, EcdsaSignatures.fromDer(algorithm, der));
  }

  private static byte[] compressed(byte[] uncompressed) {
    int length = (uncompressed.length - 1) / 2;
    byte[] compressed = Arrays.copyOf(uncompressed, 1 + length);
    compressed[0] = (byte) (2 + (uncompressed[uncompressed.length - 1] & 1));
    return compressed;
  }

  private static void mlDsaVerify() throws IOException {
    String name = "mldsa_44_verify_test";
    Path file = file(name);
    if (!present(file, name)) {
      return;
    }
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    int ran = 0;
    int failed = 0;
    Set<Long> stricter = new TreeSet<>();
    for (JsonObject group : set.objects("testGroups")) {
      byte[] publicKey = HEX.parseHex(group.string("publicKey"));
      for (JsonObject test : group.objects("tests")) {
        ran++;
        boolean valid = test.string("result").equals("valid");
        if (valid && test.optionalString("ctx").isPresent() && !test.string("ctx").isEmpty()) {
          stricter.add(test.integer("tcId"));
          valid = false;
        }
        if (acceptsMlDsa(publicKey, test) != valid) {
          failed++;
          System.out.println(name + ": case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println("vectors " + name + ": " + ran + " ran, " + failed + " failed");
    System.out.println(name + ": valid, but refused for its context: cases " + stricter);
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }

  private static boolean acceptsMlDsa(byte[] publicKey, JsonObject test) {
    Verifier verifier;
    try {
      verifier = Verifier.of(SigningAlgorithm.ML_DSA_44, publicKey);
    } catch (IllegalArgumentException notAKey) {
      return false;
    }
    return verifier.verify(HEX.parseHex(test.string("msg")), HEX.parseHex(test.string("sig")));
  }

  private static void mlDsaSign() throws IOException {
    String name = "mldsa_44_sign_seed_test";
    Path file = file(name);
    if (!present(file, name)) {
      return;
    }
    JsonObject set = JsonValue.parseObject(Files.readAllBytes(file));
    int ran = 0;
    int failed = 0;
    Set<Long> notOurs = new TreeSet<>();
    for (JsonObject group : set.objects("testGroups")) {
      byte[] seed = HEX.parseHex(group.string("privateSeed"));
      for (JsonObject test : group.objects("tests")) {
        ran++;
        boolean otherVariant =
            !test.has("msg")
                || test.has("rnd")
                || (test.has("ctx") && !test.string("ctx").isEmpty());
        boolean right;
        if (otherVariant) {
          notOurs.add(test.integer("tcId"));
          right = true;
        } else if (seed.length != MlDsaKey.SEED_BYTES) {
          right = test.string("result").equals("invalid");
        } else {
          Signer signer = MlDsaSigner.fromSeed(KeyPurpose.MANIFEST, seed);
          right =
              test.string("result").equals("valid")
                  && HEX.formatHex(signer.publicKey()).equals(group.string("publicKey"))
                  && HEX.formatHex(signer.sign(HEX.parseHex(test.string("msg"))))
                      .equals(test.string("sig"));
        }
        if (!right) {
          failed++;
          System.out.println(name + ": case " + test.integer("tcId") + " differs");
        }
      }
    }
    System.out.println(
        "vectors " + name + ": " + (ran - notOurs.size()) + " ran, " + failed + " failed");
    System.out.println(
        name + ": not signed here, for a context, given random numbers or a digest: " + notOurs);
    assertThat(ran).isEqualTo((int) set.integer("numberOfTests"));
    assertThat(failed).isZero();
  }

  private static Path file(String name) {
    return Path.of(System.getProperty("strongroom.vectors"), "wycheproof", name + ".json");
  }

  private static boolean present(Path file, String name) {
    if (!Files.exists(file)) {
      System.out.println(name + ": not in the folder of vectors, so not run");
      return false;
    }
    return true;
  }
}
