package io.strongroom.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * Signs one message with a key of its own, which nobody keeps: it binds header and body together.
 * Not safe for use by several threads.
 *
 * <p>Source: AWS Encryption SDK Specification, message footer.
 */
final class MessageSigner {
  private final Curve curve;
  private final SecureRandom random;
  private final ECPrivateKeyParameters privateKey;
  private final String publicKey;
  private final MessageDigest digest;

  MessageSigner(Curve curve, SecureRandom random) {
    this.curve = curve;
    this.random = random;
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(curve.domain(), random));
    AsymmetricCipherKeyPair pair = generator.generateKeyPair();
    this.privateKey = (ECPrivateKeyParameters) pair.getPrivate();
    this.publicKey =
        Base64.getEncoder()
            .encodeToString(((ECPublicKeyParameters) pair.getPublic()).getQ().getEncoded(true));
    this.digest = curve.digest();
  }

  /** The value that the message's context holds: the compressed point in Base64. */
  String publicKey() {
    return publicKey;
  }

  void update(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
  }

  /** The footer: the length of the signature, then the signature. */
  byte[] footer() {
    byte[] hash = digest.digest();
    ECDSASigner signer = new ECDSASigner();
    signer.init(true, new ParametersWithRandom(privateKey, random));
    BigInteger[] pair = signer.generateSignature(hash);
    try {
      byte[] signature =
          StandardDSAEncoding.INSTANCE.encode(curve.domain().getN(), pair[0], pair[1]);
      return ByteBuffer.allocate(2 + signature.length)
          .putShort((short) signature.length)
          .put(signature)
          .array();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /** The message with its footer. */
  byte[] signed(byte[] message) {
    update(message, 0, message.length);
    byte[] footer = footer();
    if (message.length > Integer.MAX_VALUE - 8 - footer.length) {
      throw new IllegalArgumentException("the message is too long for an array: use a stream");
    }
    byte[] whole = Arrays.copyOf(message, message.length + footer.length);
    System.arraycopy(footer, 0, whole, message.length, footer.length);
    return whole;
  }
}
