package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.KEY_BYTES;
import static io.strongroom.crypto.Samples.NAMESPACE;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.amazonaws.encryptionsdk.multi.MultipleProviderFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every suite, with the official AWS Encryption SDK for Java as the oracle. */
@Tag("verify")
class OfficialSuitesTest {
  private static final JceMasterKey MASTER =
      JceMasterKey.getInstance(
          new SecretKeySpec(KEY_BYTES, "AES"), NAMESPACE, KEY.value(), "AES/GCM/NoPadding");
  private static final byte[] OTHER_BYTES = filled(32, 88);
  private static final JceMasterKey OTHER =
      JceMasterKey.getInstance(
          new SecretKeySpec(OTHER_BYTES, "AES"), "other", "other-key", "AES/GCM/NoPadding");
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());
  private static final CryptoAlgorithm SIGNED =
      CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384;

  private final EnvelopeEncryptor reader = EnvelopeEncryptor.builder(Samples.keys()).build();
  private final EnvelopeEncryptor archivist =
      EnvelopeEncryptor.builder(Samples.keys()).allowVersion1().build();

  private static AwsCrypto sdk(CryptoAlgorithm suite, int frame) {
    return AwsCrypto.builder()
        .withCommitmentPolicy(
            suite.isCommitting()
                ? CommitmentPolicy.RequireEncryptRequireDecrypt
                : CommitmentPolicy.ForbidEncryptAllowDecrypt)
        .withEncryptionAlgorithm(suite)
        .withEncryptionFrameSize(frame)
        .build();
  }

  static Stream<CryptoAlgorithm> version1() {
    return Arrays.stream(CryptoAlgorithm.values())
        .filter(suite -> suite.getMessageFormatVersion() == 1);
  }

  private static int[] lengths(int frame) {
    return frame > 4096
        ? new int[] {0, 1, frame - 1, frame, frame + 1, 5 * frame + 7}
        : new int[] {0, 1, frame - 1, frame, frame + 1, 5 * frame, 5 * frame + 7};
  }

  private static EnvelopeEncryptor writer(boolean signed, int frame) {
    return EnvelopeEncryptor.builder(Samples.keys()).signed(signed).frameLength(frame).build();
  }

  private static void assertReads(
      EnvelopeEncryptor reader, byte[] message, EncryptionContext expected, byte[] plaintext)
      throws IOException {
    assertThat(reader.decrypt(message, expected)).isEqualTo(plaintext);
    assertThat(reader.decrypting(new ByteArrayInputStream(message), expected).readAllBytes())
        .isEqualTo(plaintext);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 16, 512, 4096, 16384, 65536})
  void theSdkReadsTheSignedMessagesThatAreWrittenHere(int frame) throws IOException {
    EnvelopeEncryptor writer = writer(true, frame);
    for (int length : lengths(frame)) {
      byte[] plaintext = filled(length, length);
      for (byte[] message :
          List.of(
              writer.encrypt(plaintext, KEY, CONTEXT),
              Samples.encryptStreaming(writer, plaintext, frame / 2 + 3))) {
        var read = sdk(SIGNED, 4096).decryptData(MASTER, message);
        assertThat(read.getResult()).isEqualTo(plaintext);
        assertThat(read.getCryptoAlgorithm()).isEqualTo(SIGNED);
        assertThat(read.getEncryptionContext()).containsAllEntriesOf(CONTEXT.pairs());
        assertReads(reader, message, CONTEXT, plaintext);
      }
    }
  }

  /** The SDK writes frames of a multiple of 16 bytes only, and 0 for a body without frames. */
  @ParameterizedTest
  @ValueSource(ints = {0, 16, 512, 4096, 16384, 65536})
  void theSignedMessagesOfTheSdkAreReadHere(int frame) throws IOException {
    assertReadsWhatTheSdkWrites(reader, SIGNED, frame);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 512, 4096, 16384, 65536})
  void theUnsignedMessagesOfTheSdkAreReadHere(int frame) throws IOException {
    assertReadsWhatTheSdkWrites(
        reader, CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY, frame);
  }

  @ParameterizedTest
  @MethodSource("version1")
  void everySuiteOfVersion1IsReadWhereItIsAllowed(CryptoAlgorithm suite) throws IOException {
    for (int frame : new int[] {0, 16, 4096}) {
      assertReadsWhatTheSdkWrites(archivist, suite, frame);
    }
  }

  private static void assertReadsWhatTheSdkWrites(
      EnvelopeEncryptor reader, CryptoAlgorithm suite, int frame) throws IOException {
    for (int length : lengths(frame == 0 ? 64 : frame)) {
      byte[] plaintext = filled(length, length);
      byte[] message =
          sdk(suite, frame).encryptData(MASTER, plaintext, CONTEXT.pairs()).getResult();
      assertReads(reader, message, CONTEXT, plaintext);
    }
    byte[] plaintext = filled(100, 1);
    byte[] bare = sdk(suite, frame).encryptData(MASTER, plaintext, Map.of()).getResult();
    assertReads(reader, bare, NOTHING, plaintext);
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    try (OutputStream out =
        sdk(suite, frame).createEncryptingStream(MASTER, streamed, CONTEXT.pairs())) {
      out.write(plaintext);
    }
    assertReads(reader, streamed.toByteArray(), CONTEXT, plaintext);
    byte[] forTwo =
        sdk(suite, frame)
            .encryptData(
                MultipleProviderFactory.buildMultiProvider(List.of(OTHER, MASTER)),
                plaintext,
                CONTEXT.pairs())
            .getResult();
    assertReads(reader, forTwo, CONTEXT, plaintext);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void theSdkReadsWithAnyOfSeveralKeysWithAndWithoutContext(boolean signed, boolean empty) {
    KeyService ours = new TwoKeys();
    EncryptionContext context = empty ? NOTHING : CONTEXT;
    byte[] plaintext = filled(40, 3);
    byte[] message =
        EnvelopeEncryptor.builder(ours)
            .signed(signed)
            .frameLength(16)
            .build()
            .encrypt(plaintext, WrappingKeys.of(KEY, new KeyId("other-key")), context);
    for (JceMasterKey master : List.of(MASTER, OTHER)) {
      assertThat(sdk(SIGNED, 16).decryptData(master, message).getResult()).isEqualTo(plaintext);
    }
  }

  @Test
  void everySuiteOfTheSdkIsKnown() {
    Set<Integer> theirs = new LinkedHashSet<>();
    for (CryptoAlgorithm suite : CryptoAlgorithm.values()) {
      theirs.add((int) suite.getValue());
      assertThat(Suite.of(suite.getMessageFormatVersion(), suite.getValue()))
          .satisfies(
              ours -> {
                assertThat(ours.keyLength()).isEqualTo(suite.getKeyLength());
                assertThat(ours.messageIdLength()).isEqualTo(suite.getMessageIdLength());
                assertThat(ours.committed()).isEqualTo(suite.isCommitting());
                assertThat(ours.curve() == null)
                    .isEqualTo(suite.getTrailingSignatureAlgo() == null);
              });
    }
    assertThat(theirs).hasSize(Suite.values().length);
  }

  @ParameterizedTest
  @EnumSource(Suite.class)
  void suitesOfVersion1AreRefusedByNameUnlessAllowed(Suite suite) {
    CryptoAlgorithm theirs =
        Arrays.stream(CryptoAlgorithm.values())
            .filter(candidate -> candidate.getValue() == suite.id())
            .findFirst()
            .orElseThrow();
    byte[] message = sdk(theirs, 16).encryptData(MASTER, new byte[5], Map.of()).getResult();
    if (suite.version() == 2) {
      assertThat(reader.decrypt(message, NOTHING)).hasSize(5);
    } else {
      assertThatThrownBy(() -> reader.decrypt(message, NOTHING))
          .isInstanceOfSatisfying(
              DecryptionFailedException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_KIND_REFUSED))
          .hasMessageContaining("version 1");
    }
  }

  /** Two raw AES keys under the names that the SDK's master keys have. */
  private static final class TwoKeys implements KeyService {
    private final RawAesKeyService first = Samples.keys();
    private final RawAesKeyService second =
        new RawAesKeyService("other", "other-key", OTHER_BYTES, new SecureRandom());

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return first.generateDataKey(key, context);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return second.wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      throw new AssertionError("nothing is read here");
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      throw new AssertionError("nothing is read here");
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      throw new AssertionError("nothing is rewrapped here");
    }

    @Override
    public KeyDescription describe(KeyId key) {
      throw new AssertionError("nothing is described here");
    }
  }
}
