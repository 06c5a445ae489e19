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
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.MasterKeyProvider;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.amazonaws.encryptionsdk.multi.MultipleProviderFactory;
import io.strongroom.base.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is the official AWS Encryption SDK for Java. */
@Tag("verify")
class OfficialSdkTest {
  private static final JceMasterKey MASTER = master(NAMESPACE, KEY.value(), KEY_BYTES);

  private static JceMasterKey master(String namespace, String name, byte[] key) {
    return JceMasterKey.getInstance(
        new SecretKeySpec(key, "AES"), namespace, name, "AES/GCM/NoPadding");
  }

  private static AwsCrypto sdk(CryptoAlgorithm suite, int frame) {
    return AwsCrypto.builder()
        .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
        .withEncryptionAlgorithm(suite)
        .withEncryptionFrameSize(frame)
        .build();
  }

  private static AwsCrypto sdk(int frame) {
    return sdk(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY, frame);
  }

  static IntStream frames() {
    return IntStream.of(16, 512, 4096, 16384);
  }

  private static int[] lengths(int frame) {
    return new int[] {
      0, 1, frame - 1, frame, frame + 1, 2 * frame, 10 * frame, 10 * frame + 3, 100 * frame
    };
  }

  @ParameterizedTest
  @MethodSource("frames")
  void theSdkReadsWhatIsWrittenHere(int frame) throws IOException {
    EnvelopeEncryptor encryptor = Samples.encryptor(frame);
    for (int length : lengths(frame)) {
      byte[] plaintext = filled(length, length);
      for (byte[] message :
          List.of(
              encryptor.encrypt(plaintext, KEY, CONTEXT),
              Samples.encryptStreaming(encryptor, plaintext, frame / 2 + 3))) {
        CryptoResult<byte[], ?> read = sdk(4096).decryptData(MASTER, message);
        assertThat(read.getResult()).isEqualTo(plaintext);
        assertThat(read.getEncryptionContext()).isEqualTo(CONTEXT.pairs());
        assertThat(read.getCryptoAlgorithm())
            .isEqualTo(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY);
        assertThat(
                sdk(4096)
                    .createDecryptingStream(MASTER, new ByteArrayInputStream(message))
                    .readAllBytes())
            .isEqualTo(plaintext);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 9, 100, 65536})
  void theSdkReadsFrameLengthsThatItCannotWrite(int frame) {
    byte[] plaintext = filled(1000, frame);
    byte[] message = Samples.encryptor(frame).encrypt(plaintext, KEY, CONTEXT);
    assertThat(sdk(4096).decryptData(MASTER, message).getResult()).isEqualTo(plaintext);
  }

  @ParameterizedTest
  @MethodSource("frames")
  void whatTheSdkWritesIsReadHere(int frame) throws IOException {
    EnvelopeEncryptor reader = Samples.encryptor(1024);
    for (int length : lengths(frame)) {
      byte[] plaintext = filled(length, length);
      ByteArrayOutputStream streamed = new ByteArrayOutputStream();
      try (OutputStream out =
          sdk(frame).createEncryptingStream(MASTER, streamed, CONTEXT.pairs())) {
        out.write(plaintext);
      }
      for (byte[] message :
          List.of(
              sdk(frame).encryptData(MASTER, plaintext, CONTEXT.pairs()).getResult(),
              streamed.toByteArray())) {
        assertThat(reader.decrypt(message, CONTEXT)).isEqualTo(plaintext);
        assertThat(reader.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
            .isEqualTo(plaintext);
      }
    }
  }

  @Test
  void theSdksExtraEmptyFinalFrameIsRead() {
    byte[] plaintext = filled(64, 1);
    byte[] theirs = sdk(16).encryptData(MASTER, plaintext, CONTEXT.pairs()).getResult();
    byte[] ours = Samples.encryptor(16).encrypt(plaintext, KEY, CONTEXT);
    assertThat(theirs.length).isEqualTo(ours.length + FrameLayout.REGULAR_OVERHEAD);
    assertThat(Samples.encryptor(16).decrypt(theirs, CONTEXT)).isEqualTo(plaintext);
  }

  @Test
  void contextsMeanTheSameOnBothSides() {
    for (Map<String, String> pairs :
        List.of(
            Map.<String, String>of(),
            Map.of("a", "b"),
            Map.of("b", "1", "a", "2", "A", "3", "aa", "4"),
            Map.of("é", "ü", "\uffee", "x", "\ud83d\ude00", "y", "z", "\u20ac"))) {
      EncryptionContext context = EncryptionContext.of(pairs);
      byte[] plaintext = filled(20, 3);
      byte[] ours = Samples.encryptor(16).encrypt(plaintext, KEY, context);
      assertThat(sdk(16).decryptData(MASTER, ours).getEncryptionContext()).isEqualTo(pairs);
      byte[] theirs = sdk(16).encryptData(MASTER, plaintext, pairs).getResult();
      assertThat(Samples.encryptor(16).decrypt(theirs, context)).isEqualTo(plaintext);
    }
  }

  @Test
  void aMessageForSeveralKeysIsReadWithEachOfThem() {
    List<JceMasterKey> masters = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      masters.add(master("ns-" + i, "key-" + i, filled(32, i)));
    }
    MasterKeyProvider<?> all = MultipleProviderFactory.buildMultiProvider(masters);
    byte[] plaintext = filled(50, 5);
    byte[] message = sdk(16).encryptData(all, plaintext, CONTEXT.pairs()).getResult();
    for (int i = 0; i < 3; i++) {
      KeyService one =
          new RawAesKeyService("ns-" + i, "key-" + i, filled(32, i), new SecureRandom());
      assertThat(EnvelopeEncryptor.builder(one).build().decrypt(message, CONTEXT))
          .isEqualTo(plaintext);
    }
    KeyService impostor = new RawAesKeyService("ns-1", "key-1", filled(32, 77), new SecureRandom());
    assertThatThrownBy(() -> EnvelopeEncryptor.builder(impostor).build().decrypt(message, CONTEXT))
        .isInstanceOf(DecryptionFailedException.class);
  }

  @Test
  void aChangedKeyOfAnotherReaderIsNoticedByTheHeadersTag() {
    JceMasterKey other = master("other", "other-key", filled(32, 4));
    MasterKeyProvider<?> both = MultipleProviderFactory.buildMultiProvider(List.of(MASTER, other));
    byte[] message = sdk(16).encryptData(both, new byte[40], CONTEXT.pairs()).getResult();
    int key = new String(message, StandardCharsets.ISO_8859_1).indexOf("other-key");
    for (int at = key; at < key + 80; at++) {
      byte[] changed = message.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> Samples.encryptor(16).decrypt(changed, CONTEXT))
          .as("byte " + at)
          .isInstanceOf(DecryptionFailedException.class);
    }
  }

  @Test
  void aKeyWrappedBySeveralIsFoundBehindOneThatDoesNotOpen() {
    JceMasterKey wrong = master(NAMESPACE, KEY.value(), filled(32, 55));
    MasterKeyProvider<?> both = MultipleProviderFactory.buildMultiProvider(List.of(wrong, MASTER));
    byte[] message = sdk(16).encryptData(both, new byte[40], CONTEXT.pairs()).getResult();
    assertThat(Samples.encryptor(16).decrypt(message, CONTEXT)).hasSize(40);
  }

  @Test
  void localKeyFileKeysAreRawAesKeysOfTheSdk(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("keys.json");
    LocalKeyFile keys = LocalKeyFile.create(file, "local", Set.of(KEY), new SecureRandom());
    byte[] message = EnvelopeEncryptor.builder(keys).build().encrypt(new byte[9], KEY, CONTEXT);
    byte[] material =
        Base64.getDecoder()
            .decode(
                JsonValue.parseObject(Files.readAllBytes(file))
                    .objects("keys")
                    .get(0)
                    .string("key"));
    assertThat(
            sdk(16).decryptData(master("local", KEY.value() + "#1", material), message).getResult())
        .hasSize(9);
  }
}
