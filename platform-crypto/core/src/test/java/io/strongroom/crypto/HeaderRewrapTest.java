package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.KEY_BYTES;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CommitmentPolicy;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoResult;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle of what is rewritten is the official AWS Encryption SDK for Java. */
@Tag("verify")
class HeaderRewrapTest {
  private static final KeyId NEW = new KeyId("new-key");
  private static final KeyId VAULT = new KeyId("vault");
  private static final int FRAME = 512;

  private final KeyService old = Samples.keys();
  private final KeyService newer = raw("new", NEW, 21);
  private final KeyService vault = raw("vault", VAULT, 22);
  private final KeyService all = new Several(List.of(old, newer, vault));

  private static RawAesKeyService raw(String namespace, KeyId key, int seed) {
    return new RawAesKeyService(namespace, key.value(), filled(32, seed), new SecureRandom());
  }

  /** Several key services as one. */
  private record Several(List<KeyService> services) implements KeyService {
    private KeyService of(KeyId key) {
      return services.stream()
          .filter(
              service -> {
                try {
                  service.describe(key);
                  return true;
                } catch (KeyUnavailableException unknown) {
                  return false;
                }
              })
          .findFirst()
          .orElseThrow(
              () -> new KeyUnavailableException(CryptoErrorCode.KEY_UNKNOWN, "no such key"));
    }

    private KeyService of(WrappedDataKey wrapped) {
      return services.stream()
          .filter(service -> service.canUnwrap(wrapped))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public DataKey generateDataKey(KeyId key, EncryptionContext context) {
      return of(key).generateDataKey(key, context);
    }

    @Override
    public WrappedDataKey wrap(DataKey dataKey, KeyId key, EncryptionContext context) {
      return of(key).wrap(dataKey, key, context);
    }

    @Override
    public boolean canUnwrap(WrappedDataKey wrapped) {
      return services.stream().anyMatch(service -> service.canUnwrap(wrapped));
    }

    @Override
    public DataKey unwrap(WrappedDataKey wrapped, EncryptionContext context) {
      return of(wrapped).unwrap(wrapped, context);
    }

    @Override
    public WrappedDataKey rewrap(WrappedDataKey wrapped, EncryptionContext context, KeyId target) {
      try (DataKey dataKey = unwrap(wrapped, context)) {
        return wrap(dataKey, target, context);
      }
    }

    @Override
    public KeyDescription describe(KeyId key) {
      return of(key).describe(key);
    }
  }

  private EnvelopeEncryptor.Builder encryptor(KeyService keys) {
    return EnvelopeEncryptor.builder(keys).frameLength(FRAME);
  }

  private HeaderRewrap rewrap() {
    return rewrap(encryptor(all));
  }

  private static HeaderRewrap rewrap(EnvelopeEncryptor.Builder builder) {
    return HeaderRewrap.whereFormerHeadersAreDestroyed(builder.build());
  }

  private static MessageHeader header(byte[] message) throws IOException {
    return MessageHeader.read(new ByteArrayInputStream(message), 1 << 20, true);
  }

  private static byte[] frames(byte[] message) throws IOException {
    return Arrays.copyOfRange(message, header(message).length(), message.length);
  }

  private static void assertCode(CryptoErrorCode code, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CryptoException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static JceMasterKey master(String namespace, KeyId key, byte[] material) {
    return JceMasterKey.getInstance(
        new SecretKeySpec(material, "AES"), namespace, key.value(), "AES/GCM/NoPadding");
  }

  private static AwsCrypto sdk() {
    return AwsCrypto.builder()
        .withCommitmentPolicy(CommitmentPolicy.RequireEncryptRequireDecrypt)
        .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
        .withEncryptionFrameSize(FRAME)
        .build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, FRAME, 10 * FRAME + 3, 300_000})
  void theFramesStayByteForByteAndTheSdkReadsThemUnderTheNewKeyAlone(int length)
      throws IOException {
    byte[] plaintext = filled(length, length);
    byte[] message = encryptor(old).build().encrypt(plaintext, KEY, CONTEXT);
    byte[] rewritten = rewrap().rewrap(message, WrappingKeys.of(NEW), CONTEXT);
    assertThat(frames(rewritten)).isEqualTo(frames(message));
    assertThat(header(rewritten).messageId()).isEqualTo(header(message).messageId());
    CryptoResult<byte[], ?> read = sdk().decryptData(master("new", NEW, filled(32, 21)), rewritten);
    assertThat(read.getResult()).isEqualTo(plaintext);
    assertThat(read.getEncryptionContext()).isEqualTo(CONTEXT.pairs());
    assertThat(encryptor(newer).build().decrypt(rewritten, CONTEXT)).isEqualTo(plaintext);
    assertCode(
        CryptoErrorCode.KEY_UNKNOWN, () -> encryptor(old).build().decrypt(rewritten, CONTEXT));
  }

  @Test
  void whatTheSdkWroteIsRewrittenToo() throws IOException {
    byte[] plaintext = filled(4 * FRAME, 1);
    byte[] message =
        sdk()
            .encryptData(master(Samples.NAMESPACE, KEY, KEY_BYTES), plaintext, CONTEXT.pairs())
            .getResult();
    byte[] rewritten = rewrap().rewrap(message, WrappingKeys.of(NEW), CONTEXT);
    assertThat(frames(rewritten)).isEqualTo(frames(message));
    assertThat(sdk().decryptData(master("new", NEW, filled(32, 21)), rewritten).getResult())
        .isEqualTo(plaintext);
  }

  @Test
  void keysAreAddedAndTakenAwayAndAMessageIsRewrittenAnyNumberOfTimes() throws IOException {
    byte[] plaintext = filled(1000, 2);
    byte[] message = encryptor(all).build().encrypt(plaintext, KEY, CONTEXT);
    HeaderRewrap rewrap = rewrap();
    byte[] three = rewrap.rewrap(message, WrappingKeys.of(KEY, NEW, VAULT), CONTEXT);
    for (KeyService one : List.of(old, newer, vault)) {
      assertThat(encryptor(one).build().decrypt(three, CONTEXT)).isEqualTo(plaintext);
    }
    assertThat(rewrap.wrappedKeys(new ByteArrayInputStream(three)))
        .extracting(WrappedDataKey::keyName)
        .containsExactly(KEY.value(), NEW.value(), VAULT.value());
    byte[] again = three;
    for (int i = 0; i < 5; i++) {
      again = rewrap.rewrap(again, WrappingKeys.of(VAULT), CONTEXT);
    }
    assertThat(encryptor(vault).build().decrypt(again, CONTEXT)).isEqualTo(plaintext);
    assertThat(again).hasSameSizeAs(rewrap.rewrap(message, WrappingKeys.of(VAULT), CONTEXT));
  }

  @Test
  void streamsAndFilesAreRewrittenAsArraysAre(@TempDir Path folder) throws IOException {
    byte[] plaintext = filled(2_000_000, 3);
    byte[] message = encryptor(old).build().encrypt(plaintext, KEY, CONTEXT);
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    long written =
        rewrap().rewrap(new ByteArrayInputStream(message), sink, WrappingKeys.of(NEW), CONTEXT);
    assertThat(written).isEqualTo(sink.size());
    assertThat(frames(sink.toByteArray())).isEqualTo(frames(message));
    assertThat(encryptor(newer).build().decrypt(sink.toByteArray(), CONTEXT)).isEqualTo(plaintext);

    Path file = Files.write(folder.resolve("message"), message);
    assertThat(rewrap().rewrapFile(file, WrappingKeys.of(NEW), CONTEXT)).isEqualTo(written);
    assertThat(encryptor(newer).build().decrypt(Files.readAllBytes(file), CONTEXT))
        .isEqualTo(plaintext);
    byte[] before = Files.readAllBytes(file);
    assertCode(
        CryptoErrorCode.KEY_UNKNOWN,
        () -> rewrap().rewrapFile(file, WrappingKeys.of(new KeyId("nowhere")), CONTEXT));
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void contextThatIsNotStoredStaysBoundToTheMessage() {
    EncryptionContext context =
        EncryptionContext.of(Map.of("strongroom:tenant", "acme", "secret-purpose", "audit"));
    byte[] message =
        encryptor(old)
            .unstoredContext(Set.of("secret-purpose"))
            .build()
            .encrypt(new byte[9], KEY, context);
    byte[] rewritten =
        rewrap(encryptor(all).unstoredContext(Set.of("secret-purpose")))
            .rewrap(message, WrappingKeys.of(NEW), context);
    EnvelopeEncryptor reader = encryptor(newer).unstoredContext(Set.of("secret-purpose")).build();
    assertThat(reader.decrypt(rewritten, context)).hasSize(9);
    EncryptionContext other =
        EncryptionContext.of(Map.of("strongroom:tenant", "acme", "secret-purpose", "other"));
    assertThatThrownBy(() -> reader.decrypt(rewritten, other))
        .isInstanceOf(DecryptionFailedException.class);
    assertThat(new String(rewritten, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
  }

  @Test
  void aBodyWithoutFramesStaysToo() throws IOException {
    EncryptionContext context =
        EncryptionContext.of(Map.of("strongroom:v", "1", "strongroom:tenant", "acme"));
    byte[] message = golden("v2-0478-unframed");
    KeyService keys = new RawAesKeyService("golden", "key-1", filled(32, 7), new SecureRandom());
    byte[] plaintext = encryptor(keys).build().decrypt(message, context);
    byte[] rewritten =
        rewrap(encryptor(new Several(List.of(keys, newer))))
            .rewrap(message, WrappingKeys.of(NEW), context);
    assertThat(frames(rewritten)).isEqualTo(frames(message));
    assertThat(encryptor(newer).build().decrypt(rewritten, context)).isEqualTo(plaintext);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        HeaderRewrapTest.class.getResourceAsStream("/golden/message-" + name + ".hex")) {
      String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
    }
  }

  @Test
  void signedMessagesAndThoseOfVersion1AreRefused() throws IOException {
    byte[] signed = encryptor(old).signed(true).build().encrypt(new byte[9], KEY, CONTEXT);
    assertCode(
        CryptoErrorCode.MESSAGE_KIND_REFUSED,
        () -> rewrap().rewrap(signed, WrappingKeys.of(NEW), CONTEXT));
    for (String version1 : List.of("v1-0178", "v1-0378")) {
      byte[] message = golden(version1);
      for (EnvelopeEncryptor.Builder builder :
          List.of(encryptor(all), encryptor(all).allowVersion1())) {
        assertCode(
            CryptoErrorCode.MESSAGE_KIND_REFUSED,
            () ->
                rewrap(builder)
                    .rewrap(message, WrappingKeys.of(NEW), EncryptionContext.of(Map.of())));
      }
    }
  }

  @Test
  void aHeaderThatIsAlteredAnywhereIsNotRewritten() throws IOException {
    byte[] message = encryptor(old).build().encrypt(new byte[9], KEY, CONTEXT);
    int length = header(message).length();
    ByteArrayOutputStream sink = new ByteArrayOutputStream();
    for (int i = 0; i < length; i++) {
      byte[] altered = message.clone();
      altered[i] ^= 1;
      assertThatThrownBy(
              () ->
                  rewrap()
                      .rewrap(
                          new ByteArrayInputStream(altered), sink, WrappingKeys.of(NEW), CONTEXT))
          .as("byte " + i)
          .isInstanceOf(CryptoException.class);
      byte[] cut = Arrays.copyOf(message, i);
      assertThatThrownBy(() -> rewrap().rewrap(cut, WrappingKeys.of(NEW), CONTEXT))
          .isInstanceOf(DecryptionFailedException.class);
    }
    assertThat(sink.size()).isZero();
    assertCode(
        CryptoErrorCode.CONTEXT_MISMATCH,
        () ->
            rewrap()
                .rewrap(message, WrappingKeys.of(NEW), Samples.context("strongroom:tenant", "x")));
  }

  @Test
  void whatIsWrongWithTheFramesIsStillNoticed() {
    byte[] message = encryptor(old).build().encrypt(new byte[3 * FRAME], KEY, CONTEXT);
    message[message.length - 1] ^= 1;
    byte[] rewritten = rewrap().rewrap(message, WrappingKeys.of(NEW), CONTEXT);
    assertCode(
        CryptoErrorCode.DECRYPTION_FAILED,
        () -> encryptor(newer).build().decrypt(rewritten, CONTEXT));
  }

  /**
   * Why the former header must be destroyed. Both tags are the same unknown block and the hash of
   * the header under the hash key H, so their difference is a polynomial in H whose coefficients
   * anybody can read; its few roots are found without any key. And H is all it takes to forge.
   */
  @Test
  void twoHeadersOfOneMessageGiveAwayTheHashKeyWhichIsEnoughToAlterAFrame() throws Exception {
    byte[] plaintext = filled(FRAME, 5);
    byte[] message = encryptor(old).build().encrypt(plaintext, KEY, CONTEXT);
    byte[] rewritten = rewrap().rewrap(message, WrappingKeys.of(NEW), CONTEXT);
    MessageHeader first = header(message);
    MessageHeader second = header(rewritten);
    byte[] hashKey = hashKey(first);
    assertThat(xor(first.tag(), second.tag()))
        .isEqualTo(xor(hash(hashKey, first.body()), hash(hashKey, second.body())));

    // The plaintext's first bit is turned over with the help of H, and of no other secret.
    byte[] forged = rewritten.clone();
    int ciphertext = second.length() + FrameLayout.FINAL_PREFIX;
    forged[ciphertext] ^= (byte) 0x80;
    byte[] difference = new byte[FRAME];
    difference[0] = (byte) 0x80;
    // One more block: the lengths, which are as they were.
    byte[] change =
        hashBlocks(hashKey, Arrays.copyOf(difference, difference.length + 16), new byte[16]);
    for (int i = 0; i < 16; i++) {
      forged[ciphertext + FRAME + i] ^= change[i];
    }
    byte[] read = encryptor(newer).build().decrypt(forged, CONTEXT);
    assertThat(read[0]).isEqualTo((byte) (plaintext[0] ^ 0x80));
    assertThat(Arrays.copyOfRange(read, 1, FRAME))
        .isEqualTo(Arrays.copyOfRange(plaintext, 1, FRAME));
  }

  /** The block of zeros under the content key. */
  private byte[] hashKey(MessageHeader header) throws Exception {
    try (DataKey dataKey = old.unwrap(header.keys().get(0), header.context())) {
      ContentKey key = ContentKey.derive(header.suite(), dataKey.plaintext(), header.messageId());
      Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, key.key());
      return aes.doFinal(new byte[16]);
    }
  }

  /** GHASH of data that is authenticated and not encrypted. */
  private static byte[] hash(byte[] hashKey, byte[] authenticated) {
    byte[] padded = Arrays.copyOf(authenticated, (authenticated.length + 15) / 16 * 16 + 16);
    ByteBuffer.wrap(padded).putLong(padded.length - 16, authenticated.length * 8L);
    return hashBlocks(hashKey, padded, new byte[16]);
  }

  private static byte[] hashBlocks(byte[] hashKey, byte[] blocks, byte[] begin) {
    byte[] sum = begin;
    for (int at = 0; at < blocks.length; at += 16) {
      sum = multiply(xor(sum, Arrays.copyOfRange(blocks, at, at + 16)), hashKey);
    }
    return sum;
  }

  private static byte[] xor(byte[] a, byte[] b) {
    byte[] sum = a.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] ^= b[i];
    }
    return sum;
  }

  /** Multiplication of GCM's field, bit by bit: NIST SP 800-38D, algorithm 1. */
  private static byte[] multiply(byte[] x, byte[] y) {
    BigInteger reduction = BigInteger.valueOf(0xe1).shiftLeft(120);
    BigInteger factor = new BigInteger(1, x);
    BigInteger shifted = new BigInteger(1, y);
    BigInteger product = BigInteger.ZERO;
    for (int bit = 127; bit >= 0; bit--) {
      if (factor.testBit(bit)) {
        product = product.xor(shifted);
      }
      boolean carry = shifted.testBit(0);
      shifted = shifted.shiftRight(1);
      if (carry) {
        shifted = shifted.xor(reduction);
      }
    }
    byte[] bytes = new byte[16];
    byte[] given = product.toByteArray();
    int length = Math.min(16, given.length);
    System.arraycopy(given, given.length - length, bytes, 16 - length, length);
    return bytes;
  }
}
