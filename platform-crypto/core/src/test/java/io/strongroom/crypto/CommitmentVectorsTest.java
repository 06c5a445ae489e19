package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The published known answers of the two suites with key commitment, other SDKs' messages. */
@Tag("vectors")
class CommitmentVectorsTest {
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());

  @Test
  void everyFramedMessageOfTheSuiteIsReadAndEveryOtherIsRefused() throws IOException {
    Path file =
        Path.of(System.getProperty("strongroom.vectors"), "esdk", "commitment-test-vectors.json");
    int read = 0;
    int wrongCommitment = 0;
    int unsupported = 0;
    int failed = 0;
    for (JsonObject test : JsonValue.parseObject(Files.readAllBytes(file)).objects("tests")) {
      byte[] message = Base64.getDecoder().decode(test.string("ciphertext"));
      boolean mine = message[1] == 0x04;
      boolean framed = framed(message);
      KeyService keys = new GivenDataKey(Base64.getDecoder().decode(test.string("decrypted-dek")));
      EnvelopeEncryptor encryptor = EnvelopeEncryptor.builder(keys).build();
      boolean right;
      if (!mine || !framed) {
        unsupported++;
        right =
            catchThrowable(() -> encryptor.decrypt(message, NOTHING))
                    instanceof DecryptionFailedException refused
                && refused.code() == CryptoErrorCode.MESSAGE_UNSUPPORTED;
      } else if (test.flag("status")) {
        read++;
        byte[] expected =
            String.join("", test.strings("plaintext-frames")).getBytes(StandardCharsets.UTF_8);
        byte[] streamed =
            encryptor.decrypting(new ByteArrayInputStream(message), NOTHING).readAllBytes();
        right =
            Arrays.equals(expected, encryptor.decrypt(message, NOTHING))
                && Arrays.equals(expected, streamed);
      } else {
        wrongCommitment++;
        right =
            catchThrowable(() -> encryptor.decrypt(message, NOTHING))
                    instanceof DecryptionFailedException refused
                && refused.code() == CryptoErrorCode.DECRYPTION_FAILED;
      }
      if (!right) {
        failed++;
        System.out.println("commitment-test-vectors: \"" + test.string("comment") + "\" differs");
      }
    }
    int ran = read + wrongCommitment + unsupported;
    System.out.println("vectors commitment-test-vectors: " + ran + " ran, " + failed + " failed");
    System.out.println(
        "commitment-test-vectors: %d read, %d refused by commitment, %d refused as unsupported"
            .formatted(read, wrongCommitment, unsupported));
    assertThat(ran).isEqualTo(46);
    assertThat(failed).isZero();
  }

  /** The content type stands before the frame length, the commitment and the header's tag. */
  private static boolean framed(byte[] message) {
    int at = 35;
    at += 2 + u16(message, at);
    int keys = u16(message, at);
    at += 2;
    for (int i = 0; i < 3 * keys; i++) {
      at += 2 + u16(message, at);
    }
    return message[at] == 2;
  }

  private static int u16(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
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
