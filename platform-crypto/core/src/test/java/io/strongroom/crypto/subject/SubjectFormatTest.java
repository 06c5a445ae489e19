package io.strongroom.crypto.subject;

import static io.strongroom.crypto.subject.SubjectRig.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One store whose every byte is pinned, and a reader of it that is made from FORMAT.md alone, of
 * the JDK and BouncyCastle.
 */
@Tag("verify")
class SubjectFormatTest {
  private static final byte[] WRAPPING_KEY = filled(7);
  private static final byte[] SIGNING_SEED = filled(9);
  private static final String PERSON = "person-1";
  private static final String PLAINTEXT = "Erika Mustermann";

  @TempDir Path folder;

  /** Gives 0, 1, 2, ... for ever. */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private byte next;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = next++;
      }
    }
  }

  private static byte[] filled(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        SubjectFormatTest.class.getResourceAsStream("/golden/subject-v1/" + name)) {
      return in.readAllBytes();
    }
  }

  private static byte[] goldenField() throws IOException {
    String text = new String(golden("sealed-field.hex"), StandardCharsets.US_ASCII);
    return HexFormat.of().parseHex(text.replaceAll("#.*|\\s", ""));
  }

  private static SubjectKeys.Builder builder(SubjectKeyStore store, SecureRandom random) {
    return SubjectKeys.builder(
            store,
            new RawAesKeyService("golden", "key-1", WRAPPING_KEY, random),
            new KeyId("key-1"))
        .context(EncryptionContext.of(Map.of("strongroom:v", "1", "strongroom:tenant", "acme")))
        .random(random)
        .clock(() -> Instant.parse("2026-03-01T12:00:00.123456789Z"));
  }

  /** Everything that the golden files hold, made anew. */
  private Map<String, byte[]> made() {
    SubjectKeyStore store = new FileSubjectKeyStore(folder);
    SecureRandom random = new Counting();
    builder(store, random).prepare();
    SubjectKeys keys = builder(store, random).build();
    SubjectPseudonym person = keys.pseudonym(PERSON);
    Map<String, byte[]> made = new TreeMap<>();
    made.put("sealed-field.hex", keys.seal(person, SubjectRig.NAME, utf8(PLAINTEXT)));
    made.put("lookup.json", store.get(SubjectRecord.LOOKUP, 1).orElseThrow());
    made.put("key.json", store.get(of(SubjectRecord.Kind.KEY, person), 1).orElseThrow());
    Signer signer = Ed25519Signer.fromSeed(KeyPurpose.RECEIPT, SIGNING_SEED);
    keys.erasure(signer).hold(PERSON, "case-1", "counsel", "litigation");
    keys.erasure(signer).release(PERSON, "case-1", "counsel", "settled");
    made.put("receipt.json", keys.erasure(signer).erase(PERSON, "privacy desk", "request 7"));
    SubjectRecord status = of(SubjectRecord.Kind.STATUS, person);
    made.put("hold.json", store.get(status, 1).orElseThrow());
    made.put("release.json", store.get(status, 2).orElseThrow());
    made.put("tombstone.json", store.get(status, 3).orElseThrow());
    return made;
  }

  private static SubjectRecord of(SubjectRecord.Kind kind, SubjectPseudonym person) {
    return SubjectRecord.of(kind, person);
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    for (Map.Entry<String, byte[]> file : made().entrySet()) {
      byte[] golden = file.getKey().endsWith(".hex") ? goldenField() : golden(file.getKey());
      assertThat(HexFormat.of().formatHex(file.getValue()))
          .as(file.getKey())
          .isEqualTo(HexFormat.of().formatHex(golden));
    }
  }

  @Test
  void theGoldenStoreIsReadHere() throws IOException {
    SubjectKeyStore store = new FileSubjectKeyStore(folder);
    store.putIfAbsent(SubjectRecord.LOOKUP, 1, golden("lookup.json"));
    SubjectKeys keys = builder(store, new SecureRandom()).build();
    SubjectPseudonym person = keys.pseudonym(PERSON);
    store.putIfAbsent(of(SubjectRecord.Kind.KEY, person), 1, golden("key.json"));
    store.putIfAbsent(of(SubjectRecord.Kind.STATUS, person), 1, golden("hold.json"));
    assertThat(keys.open(person, SubjectRig.NAME, goldenField())).isEqualTo(utf8(PLAINTEXT));
    Signer signer = Ed25519Signer.fromSeed(KeyPurpose.RECEIPT, SIGNING_SEED);
    assertThat(keys.erasure(signer).holds(PERSON)).containsExactly("case-1");
    store.putIfAbsent(of(SubjectRecord.Kind.STATUS, person), 2, golden("release.json"));
    store.putIfAbsent(of(SubjectRecord.Kind.STATUS, person), 3, golden("tombstone.json"));
    assertThat(keys.isErased(person)).isTrue();
  }

  @Test
  void aReaderMadeOfTheFormatsPageAloneOpensTheField() throws Exception {
    byte[] field = goldenField();
    byte[] dataKey = unwrap(golden("key.json"), "subject-key");
    byte[] pseudonym = pseudonym(PERSON);
    ByteBuffer in = ByteBuffer.wrap(field);
    assertThat(in.get()).isEqualTo((byte) 1);
    byte[] version = take(in, 4);
    byte[] salt = take(in, 16);
    byte[] iv = take(in, 12);
    byte[] ciphertext = take(in, in.remaining());
    byte[] key = hkdf(dataKey, salt, join(utf8("strongroom/v1/subject-field"), pseudonym, version));
    byte[] authenticated =
        join(
            utf8("strongroom sealed field v1"),
            new byte[1],
            pseudonym,
            version,
            new byte[] {0, 9},
            utf8("customers"),
            new byte[] {0, 4},
            utf8("name"));
    assertThat(bouncyCastle(key, iv, authenticated, ciphertext)).isEqualTo(utf8(PLAINTEXT));
  }

  @Test
  void aReaderMadeOfTheFormatsPageAloneBelievesStatusAndReceipt() throws Exception {
    byte[] statusKey =
        hkdf(
            unwrap(golden("lookup.json"), "subject-lookup"),
            new byte[0],
            utf8("strongroom/v1/subject-status"));
    String person = HexFormat.of().formatHex(pseudonym(PERSON));
    for (String name : new String[] {"hold.json", "release.json", "tombstone.json"}) {
      JsonObject record = JsonValue.parseCanonicalObject(golden(name));
      assertThat(record.string("subject")).isEqualTo(person);
      assertThat(record.string("mac"))
          .isEqualTo(
              HexFormat.of()
                  .formatHex(
                      hmac("HmacSHA256", statusKey, record.without("mac").canonicalBytes())));
    }
    JsonObject receipt = JsonValue.parseCanonicalObject(golden("receipt.json"));
    assertThat(receipt.string("subject")).isEqualTo(person);
    assertThat(receipt.string("tombstone"))
        .isEqualTo(
            HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(golden("tombstone.json"))));
    byte[] body = receipt.without("signatures").canonicalBytes();
    String type = "application/vnd.strongroom.erasure-receipt.v1+json";
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519")
            .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(publicKey()))));
    verifier.update(
        join(utf8("DSSEv1 " + type.length() + " " + type + " " + body.length + " "), body));
    assertThat(
            verifier.verify(
                Base64.getDecoder().decode(receipt.objects("signatures").get(0).string("sig"))))
        .isTrue();
  }

  private static byte[] publicKey() {
    return Ed25519Signer.fromSeed(KeyPurpose.RECEIPT, SIGNING_SEED).publicKey();
  }

  private static EdECPoint point(byte[] encoded) {
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = encoded[31 - i];
    }
    boolean odd = bigEndian[0] < 0;
    bigEndian[0] &= 0x7f;
    return new EdECPoint(odd, new BigInteger(1, bigEndian));
  }

  private static byte[] pseudonym(String person) throws Exception {
    byte[] key =
        hkdf(
            unwrap(golden("lookup.json"), "subject-lookup"),
            new byte[0],
            utf8("strongroom/v1/subject-pseudonym"));
    return hmac("HmacSHA256", key, utf8(person));
  }

  /** The raw AES provider: the IV is the end of the info, the context is authenticated. */
  private static byte[] unwrap(byte[] record, String purpose) throws Exception {
    JsonObject wrapped = JsonValue.parseCanonicalObject(record).object("key");
    byte[] info = Base64.getDecoder().decode(wrapped.string("info"));
    ByteArrayOutputStream context = new ByteArrayOutputStream();
    context.writeBytes(new byte[] {0, 3});
    for (String text :
        new String[] {
          "strongroom:purpose", purpose, "strongroom:tenant", "acme", "strongroom:v", "1"
        }) {
      context.writeBytes(new byte[] {0, (byte) text.length()});
      context.writeBytes(utf8(text));
    }
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(WRAPPING_KEY, "AES"),
        new GCMParameterSpec(128, info, info.length - 12, 12));
    cipher.updateAAD(context.toByteArray());
    return cipher.doFinal(Base64.getDecoder().decode(wrapped.string("ciphertext")));
  }

  private static byte[] hkdf(byte[] ikm, byte[] salt, byte[] info) throws GeneralSecurityException {
    byte[] pseudorandomKey = hmac("HmacSHA512", salt.length == 0 ? new byte[64] : salt, ikm);
    return Arrays.copyOf(hmac("HmacSHA512", pseudorandomKey, join(info, new byte[] {1})), 32);
  }

  private static byte[] hmac(String algorithm, byte[] key, byte[] message)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(message);
  }

  private static byte[] bouncyCastle(byte[] key, byte[] iv, byte[] authenticated, byte[] ciphertext)
      throws InvalidCipherTextException {
    GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());
    cipher.init(false, new AEADParameters(new KeyParameter(key), 128, iv, authenticated));
    byte[] plaintext = new byte[cipher.getOutputSize(ciphertext.length)];
    int length = cipher.processBytes(ciphertext, 0, ciphertext.length, plaintext, 0);
    cipher.doFinal(plaintext, length);
    return plaintext;
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
