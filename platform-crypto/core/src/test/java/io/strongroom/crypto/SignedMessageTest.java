package io.strongroom.crypto;

import static io.strongroom.crypto.Samples.CONTEXT;
import static io.strongroom.crypto.Samples.KEY;
import static io.strongroom.crypto.Samples.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.strongroom.crypto.Samples.Released;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages of suite 0x0578: what their signature covers, and what a stream releases before it. */
@Tag("verify")
class SignedMessageTest {
  private static final int FRAME = 16;
  private static final EncryptionContext NOTHING = EncryptionContext.of(Map.of());

  private final EnvelopeEncryptor encryptor = signing().build();
  private final byte[] plaintext = filled(3 * FRAME + 5, 1);
  private final byte[] message = encryptor.encrypt(plaintext, KEY, CONTEXT);
  private final int footer = footer(message);

  private static EnvelopeEncryptor.Builder signing() {
    return EnvelopeEncryptor.builder(Samples.keys()).signed(true).frameLength(FRAME);
  }

  private static MessageHeader header(byte[] of) {
    try {
      return MessageHeader.read(new ByteArrayInputStream(of), FRAME, false);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Where the footer begins. */
  private static int footer(byte[] of) {
    return new WholeMessage(of, header(of)).bodyEnd();
  }

  @Test
  void theSignatureVerifiesWithTheJdkUnderTheKeyInTheContext() throws Exception {
    byte[] point =
        Base64.getDecoder().decode(header(message).context().pairs().get("aws-crypto-public-key"));
    var decoded = CustomNamedCurves.getByName("P-384").getCurve().decodePoint(point).normalize();
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp384r1"));
    PublicKey key =
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(
                        new BigInteger(1, decoded.getAffineXCoord().getEncoded()),
                        new BigInteger(1, decoded.getAffineYCoord().getEncoded())),
                    curve.getParameterSpec(ECParameterSpec.class)));
    Signature verifier = Signature.getInstance("SHA384withECDSA");
    verifier.initVerify(key);
    verifier.update(message, 0, footer);
    assertThat(point).hasSize(49);
    assertThat(ByteBuffer.wrap(message).getShort(footer))
        .isEqualTo((short) (message.length - footer - 2));
    assertThat(verifier.verify(Arrays.copyOfRange(message, footer + 2, message.length))).isTrue();
  }

  @Test
  void everyMessageHasAKeyOfItsOwn() {
    byte[] other = encryptor.encrypt(plaintext, KEY, CONTEXT);
    assertThat(header(other).context()).isNotEqualTo(header(message).context());
  }

  @Test
  void everyAlteredByteIsRefused() {
    for (int at = 0; at < message.length; at++) {
      byte[] altered = message.clone();
      altered[at] ^= (byte) (1 << (at % 8));
      assertRefused("byte " + at, altered);
    }
  }

  @Test
  void everyTruncationAndContinuationIsRefused() {
    for (int length = 0; length < message.length; length++) {
      assertRefused("length " + length, Arrays.copyOf(message, length));
    }
    assertRefused("one byte more", Arrays.copyOf(message, message.length + 1));
    assertRefused("no footer", Arrays.copyOf(message, footer));
    byte[] longer = Arrays.copyOf(message, message.length + 1);
    ByteBuffer.wrap(longer).putShort(footer, (short) (longer.length - footer - 2));
    assertRefused("a longer signature", longer);
    byte[] none = Arrays.copyOf(message, footer + 2);
    ByteBuffer.wrap(none).putShort(footer, (short) 0);
    assertRefused("an empty signature", none);
  }

  @Test
  void theFooterOfAnotherMessageIsRefused() {
    byte[] other = encryptor.encrypt(plaintext, KEY, CONTEXT);
    ByteArrayOutputStream mixed = new ByteArrayOutputStream();
    mixed.write(message, 0, footer);
    mixed.write(other, footer(other), other.length - footer(other));
    assertRefused("footer of another message", mixed.toByteArray());
  }

  /** Whoever can unwrap the data key makes every tag right, but not the signature. */
  @Test
  void aMessageThatAKeyHolderAlteredIsRefusedThoughEveryTagIsRight() {
    MessageHeader header = header(message);
    try (DataKey dataKey = Samples.keys().unwrap(header.keys().get(0), header.context())) {
      ContentKey key =
          ContentKey.derive(Suite.COMMITTED_SIGNED, dataKey.plaintext(), header.messageId());
      byte[] forged = message.clone();
      byte[] frame = new byte[FRAME + FrameLayout.REGULAR_OVERHEAD];
      new FrameCipher(null).use(key).seal(false, 1, filled(FRAME, 9), 0, FRAME, frame, 0);
      System.arraycopy(frame, 0, forged, header.length(), frame.length);
      assertThatThrownBy(() -> encryptor.decrypt(forged, CONTEXT))
          .isInstanceOfSatisfying(
              DecryptionFailedException.class,
              e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.DECRYPTION_FAILED));
      Released released = streamed(forged);
      assertThat(released.failure()).isInstanceOf(DecryptionFailedException.class);
      assertThat(released.bytes()).as("all but the last frame").hasSize(3 * FRAME);
    }
  }

  @Test
  void aMessageOfOneFrameReleasesNothingBeforeItsSignature() {
    byte[] small = encryptor.encrypt(new byte[5], KEY, CONTEXT);
    for (int at = footer(small); at < small.length; at++) {
      byte[] altered = small.clone();
      altered[at] ^= 1;
      Released released = streamed(altered);
      assertThat(released.failure()).isInstanceOf(DecryptionFailedException.class);
      assertThat(released.bytes()).isEmpty();
    }
  }

  @Test
  void streamsRefuseSignedMessagesWhenToldToAndArraysDoNot() throws IOException {
    EnvelopeEncryptor careful =
        EnvelopeEncryptor.builder(Samples.keys()).refuseSignedStreams().build();
    assertThat(careful.decrypt(message, CONTEXT)).isEqualTo(plaintext);
    assertThatThrownBy(() -> careful.decrypting(new ByteArrayInputStream(message), CONTEXT).read())
        .isInstanceOfSatisfying(
            DecryptionFailedException.class,
            e -> assertThat(e.code()).isEqualTo(CryptoErrorCode.MESSAGE_KIND_REFUSED));
    byte[] unsigned = Samples.encryptor(FRAME).encrypt(plaintext, KEY, CONTEXT);
    assertThat(careful.decrypting(new ByteArrayInputStream(unsigned), CONTEXT).readAllBytes())
        .isEqualTo(plaintext);
  }

  @Test
  void theSuiteIsBoundToTheKey() {
    byte[] unsigned = message.clone();
    unsigned[1] = 0x04;
    assertRefused("0x0578 as 0x0478", unsigned);
    byte[] signed = Samples.encryptor(FRAME).encrypt(plaintext, KEY, CONTEXT);
    signed[1] = 0x05;
    assertRefused("0x0478 as 0x0578", signed);
  }

  @Test
  void aPublicKeyThatIsNoPointIsRefused() {
    int key = new String(message, StandardCharsets.ISO_8859_1).indexOf("aws-crypto-public-key");
    for (String text : new String[] {"A".repeat(68), "=".repeat(68), "B" + "A".repeat(67)}) {
      byte[] altered = message.clone();
      byte[] value = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(value, 0, altered, key + 23, value.length);
      assertRefused(text, altered);
      assertThatThrownBy(() -> new MessageVerifier(Curve.P_384, text))
          .isInstanceOf(DecryptionFailedException.class);
    }
    assertThatThrownBy(() -> new MessageVerifier(Curve.P_384, ""))
        .isInstanceOf(DecryptionFailedException.class);
  }

  private static Released streamed(byte[] of) {
    return Released.from(signing().build().decrypting(new ByteArrayInputStream(of), NOTHING));
  }

  private void assertRefused(String what, byte[] altered) {
    assertThat(catchThrowable(() -> encryptor.decrypt(altered, NOTHING)))
        .as(what)
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    Released released = streamed(altered);
    assertThat(released.failure())
        .as(what + ", streamed")
        .isInstanceOfAny(DecryptionFailedException.class, KeyUnavailableException.class);
    assertThat(released.isPrefixOf(plaintext)).as(what + ", released bytes").isTrue();
    assertThat(released.bytes().length).as(what + ", released length").isLessThan(3 * FRAME + 1);
  }
}
