package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published known answers of the two suites with key commitment, other SDKs' messages. */
@Tag("vectors")
class CommitmentVectorsTest {
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());

  @Test
  void everyMessageIsReadAndEveryWrongCommitmentIsRefused() throws IOException {
    Path file =
        Path.of(System.getProperty("strongroom.vectors"), "esdk", "commitment-test-vectors.json");
    int ran = 0;
    int refused = 0;
    int signed = 0;
    int failed = 0;
    for (JsonObject test : JsonValue.parseObject(Files.readAllBytes(file)).objects("tests")) {
      byte[] message = Base64.getDecoder().decode(test.string("ciphertext"));
      KeyService keys = new GivenDataKey(Base64.getDecoder().decode(test.string("decrypted-dek")));
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys).build();
      boolean right;
      if (test.flag("status")) {
        byte[] expected =
            String.join("", test.strings("plaintext-frames")).getBytes(StandardCharsets.UTF_8);
        right =
            Arrays.equals(expected, encryptor.decrypt(message, NOTHING))
                && Arrays.equals(expected, stream(encryptor, message).readAllBytes());
      } else {
        refused++;
        right =
            notAuthentic(() -> encryptor.decrypt(message, NOTHING))
                && notAuthentic(() -> stream(encryptor, message).read());
      }
      ran++;
      signed += message[1] == 0x05 ? 1 : 0;
      if (!right) {
        failed++;
        System.out.println("commitment-test-vectors: \"" + test.string("comment") + "\" differs");
      }
    }
    System.out.println("vectors commitment-test-vectors: " + ran + " ran, " + failed + " failed");
    assertThat(ran).isEqualTo(46);
    assertThat(refused).isEqualTo(5);
    assertThat(signed).isEqualTo(23);
    assertThat(failed).isZero();
  }

  private static InputStream stream(EnvelopeEncryptor encryptor, byte[] message) {
    return encryptor.decrypting(new ByteArrayInputStream(message), NOTHING);
  }

  private static boolean notAuthentic(ThrowingCallable reading) {
    return catchThrowable(reading) instanceof DecryptionFailedException refusal
        && refusal.code() == CryptoErrorCode.DECRYPTION_FAILED;
  }

  /** Gives one data key for every wrapped key: the published file holds it in clear. */
  private record GivenDataKey(@SuppressWarnings("ArrayRecordComponent") byte[] plaintext)
      implements KeyService {

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      throw new AssertionError();
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      throw new AssertionError();
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return true;
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      return new DataKey(plaintext, wrapped);
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      throw new AssertionError();
    }

    @Override
    public KeyDescription describe(KeyId key) {
      throw new AssertionError();
    }
  }
}
