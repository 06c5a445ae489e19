package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.amazonaws.encryptionsdk.multi.MultipleProviderFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages that several keys open. The oracle is the official SDK. */
@Tag("verify")
class SeveralKeysTest {
  private static final KeyId FIRST = new KeyId("first");
  private static final KeyId SECOND = new KeyId("second");
  private static final KeyId THIRD = new KeyId("third");
  private static final WrappingKeys ALL = WrappingKeys.of(FIRST, SECOND, THIRD);

  private final Ring ring = new Ring(FIRST, SECOND, THIRD);
  private final EnvelopeEncryptor encryptor =
      EnvelopeEncryptor.builder(ring).frameLength(16).build();
  private final byte[] plaintext = filled(50, 5);

  /** Raw AES keys of one namespace, each of which can be made to fail. */
  private static final class Ring implements KeyService {
    private final Map<KeyId, RawAesKeyService> keys = new LinkedHashMap<>();
    private final Map<KeyId, CryptoErrorCode> failing = new LinkedHashMap<>();
    private final List<String> calls = new ArrayList<>();

    Ring(KeyId... held) {
      for (KeyId key : held) {
        keys.put(key, new RawAesKeyService("ring", key.value(), material(key), new SecureRandom()));
      }
    }

    private RawAesKeyService use(String call, KeyId key) {
      calls.add(call + " " + key.value());
      if (failing.containsKey(key)) {
        throw new KeyUnavailableException(failing.get(key), "made to fail");
      }
      return keys.get(key);
    }

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return use("generate", key).generateDataKey(key, context);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return use("wrap", key).wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return keys.values().stream().anyMatch(key -> key.canUnwrap(wrapped));
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      KeyId key =
          keys.entrySet().stream()
              .filter(held -> held.getValue().canUnwrap(wrapped))
              .findFirst()
              .orElseThrow()
              .getKey();
      return use("unwrap", key).unwrap(wrapped, context);
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

  private static byte[] material(KeyId key) {
    return filled(32, key.value().charAt(0));
  }

  private static JceMasterKey master(KeyId key) {
    return JceMasterKey.getInstance(
        new SecretKeySpec(material(key), "AES"), "ring", key.value(), "AES/GCM/NoPadding");
  }

  private byte[] streamed() throws IOException {
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    try (EnvelopeOutputStream out = encryptor.encrypting(sink, ALL, CONTEXT)) {
      out.write(plaintext);
      out.finish();
    }
    return sink.toByteArray();
  }

  @Test
  void eachKeyAloneOpensTheMessageHereAndInTheOfficialSdk() throws IOException {
    for (byte[] message : List.of(encryptor.encrypt(plaintext, ALL, CONTEXT), streamed())) {
      for (KeyId key : ALL.all()) {
        EnvelopeEncryptor reader = EnvelopeEncryptor.builder(new Ring(key)).build();
        assertThat(reader.decrypt(message, CONTEXT)).isEqualTo(plaintext);
        assertThat(reader.decrypting(new ByteArrayInputStream(message), CONTEXT).readAllBytes())
            .isEqualTo(plaintext);
        assertThat(AwsCrypto.standard().decryptData(master(key), message).getResult())
            .isEqualTo(plaintext);
      }
    }
  }

  @Test
  void whatTheOfficialSdkWritesForSeveralKeysIsOpenedByEach() {
    byte[] message =
        AwsCrypto.standard()
            .encryptData(
                MultipleProviderFactory.buildMultiProvider(
                    ALL.all().stream().map(SeveralKeysTest::master).toList()),
                plaintext,
                CONTEXT.pairs())
            .getResult();
    assertThat(message[1]).as("the SDK signs unless told otherwise").isEqualTo((byte) 0x05);
    for (KeyId key : ALL.all()) {
      assertThat(EnvelopeEncryptor.builder(new Ring(key)).build().decrypt(message, CONTEXT))
          .isEqualTo(plaintext);
    }
  }

  @Test
  void theFirstKeyGeneratesAndTheOthersWrapInTheirOrder() {
    encryptor.encrypt(plaintext, ALL, CONTEXT);
    assertThat(ring.calls).containsExactly("generate first", "wrap second", "wrap third");
  }

  @Test
  void writingNeedsEveryKey() {
    for (KeyId key : ALL.all()) {
      ring.failing.clear();
      ring.failing.put(key, CryptoErrorCode.KEY_SERVICE_UNREACHABLE);
      assertThatThrownBy(() -> encryptor.encrypt(plaintext, ALL, CONTEXT))
          .isInstanceOf(KeyUnavailableException.class);
      ByteArrayOutputStream sink = new ByteArrayOutputStream();
      assertThatThrownBy(() -> encryptor.encrypting(sink, ALL, CONTEXT))
          .isInstanceOf(KeyUnavailableException.class);
      assertThat(sink.size()).isZero();
    }
  }

  @Test
  void readingGoesOnToTheNextKeyWhenOneIsUnavailable() {
    byte[] message = encryptor.encrypt(plaintext, ALL, CONTEXT);
    ring.failing.put(FIRST, CryptoErrorCode.KEY_SERVICE_UNREACHABLE);
    ring.failing.put(SECOND, CryptoErrorCode.KEY_ACCESS_DENIED);
    ring.calls.clear();
    assertThat(encryptor.decrypt(message, CONTEXT)).isEqualTo(plaintext);
    assertThat(ring.calls).containsExactly("unwrap first", "unwrap second", "unwrap third");
  }

  @Test
  void whenNoKeyOpensTheMessageTheFailureThatMayPassIsTold() {
    byte[] message = encryptor.encrypt(plaintext, ALL, CONTEXT);
    ring.failing.put(FIRST, CryptoErrorCode.KEY_ACCESS_DENIED);
    ring.failing.put(SECOND, CryptoErrorCode.KEY_SERVICE_UNREACHABLE);
    ring.failing.put(THIRD, CryptoErrorCode.KEY_ACCESS_DENIED);
    assertThatThrownBy(() -> encryptor.decrypt(message, CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> {
              assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_SERVICE_UNREACHABLE);
              assertThat(e.getSuppressed()).hasSize(2);
            });
    assertThatThrownBy(
            () ->
                EnvelopeEncryptor.builder(new Ring(new KeyId("stranger")))
                    .build()
                    .decrypt(message, CONTEXT))
        .isInstanceOfSatisfying(
            KeyUnavailableException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.KEY_UNKNOWN));
  }

  @Test
  void aKeyTwiceAndMoreThan32KeysAreRefused() {
    assertThatThrownBy(() -> WrappingKeys.of(FIRST, SECOND, FIRST))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WrappingKeys.of(FIRST, SECOND, SECOND))
        .isInstanceOf(IllegalArgumentException.class);
    KeyId[] many = IntStream.range(0, 32).mapToObj(i -> new KeyId("k" + i)).toArray(KeyId[]::new);
    assertThat(WrappingKeys.of(FIRST, Arrays.copyOf(many, 31)).all()).hasSize(32);
    assertThatThrownBy(() -> WrappingKeys.of(FIRST, many))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("33");
  }
}
