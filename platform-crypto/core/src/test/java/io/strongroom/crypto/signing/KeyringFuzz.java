package io.strongroom.crypto.signing;

import io.strongroom.base.JsonException;
import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.SignatureInvalidException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Any bytes as a keyring, and any object as the content of one that the root has signed: refused
 * with a typed error, or read; what is read and created anew has the same bytes.
 */
public final class KeyringFuzz {
  private static final RootKey ROOT = RootKey.fromSeed(new byte[32]);

  private KeyringFuzz() {}

  /**
   * Called by the fuzzer.
   *
   * @param input any bytes
   */
  public static void fuzzerTestOneInput(byte[] input) {
    if (parse(input).isPresent() && !sameWhenCreated(input)) {
      throw new AssertionError("another form of a keyring is accepted");
    }
    try {
      JsonObject body = JsonValue.parseObject(input).without("signatures");
      JsonObject.Builder rooted = JsonObject.builder();
      body.without("root").members().forEach(rooted::put);
      rooted.put("root", CanonicalBase64.encode(ROOT.publicKey()));
      byte[] signed =
          SignedJson.sign(Keyring.PAYLOAD_TYPE, rooted.build(), ROOT.key().id(), ROOT.key()::sign);
      if (parse(signed).isPresent() && !sameWhenCreated(signed)) {
        throw new AssertionError("a keyring of another form is accepted");
      }
    } catch (JsonException notAnObject) {
      // Most inputs are no JSON.
    }
  }

  private static Optional<Keyring> parse(byte[] stored) {
    try {
      return Optional.of(Keyring.parse(stored, ROOT.digest()));
    } catch (SignatureInvalidException refused) {
      return Optional.empty();
    }
  }

  private static boolean sameWhenCreated(byte[] stored) {
    Keyring keyring = Keyring.parse(stored, ROOT.digest());
    return Arrays.equals(Keyring.create(ROOT, keyring.serial(), keyring.keys()), stored);
  }

  /** A keyring of the first release, and the members that came later. */
  public static List<byte[]> seeds() throws IOException {
    byte[] first = Files.readAllBytes(Path.of("src/test/resources/golden/keyring-v1.json"));
    String text = new String(first, StandardCharsets.UTF_8);
    return List.of(
        first,
        text.replace("\"from\":0", "\"from\":0,\"revoked\":true,\"until\":7")
            .getBytes(StandardCharsets.UTF_8),
        text.replace("\"from\":0", "\"algorithm\":\"ecdsa-p256\",\"from\":0")
            .getBytes(StandardCharsets.UTF_8),
        "{\"keys\":[],\"root\":\"\",\"serial\":1}".getBytes(StandardCharsets.UTF_8));
  }
}
