package io.strongroom.crypto.token;

import io.strongroom.crypto.CryptoErrorCode;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.IllegalBlockSizeException;
import org.cryptomator.siv.SivMode;
import org.cryptomator.siv.UnauthenticCiphertextException;

/**
 * AES-SIV (RFC 5297) with a key of 64 bytes: 32 of the MAC, then 32 of the counter mode. What
 * separates fields and policies is the one piece of associated data.
 */
final class SivTokenizer extends TextTokenizer {
  static final int KEY_BYTES = 64;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final SivMode SIV = new SivMode();

  private final JoinKeyPolicy policy;
  private final byte[] macKey;
  private final byte[] counterKey;
  private final byte[] separation;

  SivTokenizer(TokenReference reference, JoinKeyPolicy policy, byte[] key, byte[] separation) {
    super(reference, policy);
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a token key has 64 bytes, not " + key.length);
    }
    this.policy = policy;
    this.macKey = Arrays.copyOf(key, KEY_BYTES / 2);
    this.counterKey = Arrays.copyOfRange(key, KEY_BYTES / 2, KEY_BYTES);
    this.separation = separation.clone();
  }

  @Override
  void tokenize(byte[] utf8, int from, int length, PackedColumn tokens) {
    byte[] text = Arrays.copyOfRange(utf8, from, from + length);
    byte[] token = ENCODER.encode(SIV.encrypt(counterKey, macKey, text, separation));
    Arrays.fill(text, (byte) 0);
    tokens.add(token, 0, token.length);
  }

  @Override
  void detokenize(byte[] ascii, int start, int end, PackedColumn values, int row) {
    byte[] token = Arrays.copyOfRange(ascii, start, end);
    byte[] sealed;
    try {
      sealed = DECODER.decode(token);
    } catch (IllegalArgumentException e) {
      throw TokenProblem.of(policy, row, "is no base64url");
    }
    if (!Arrays.equals(ENCODER.encode(sealed), token)) {
      throw TokenProblem.of(policy, row, "is no canonical base64url");
    }
    try {
      byte[] text = SIV.decrypt(counterKey, macKey, sealed, separation);
      values.add(text, 0, text.length);
      Arrays.fill(text, (byte) 0);
    } catch (UnauthenticCiphertextException | IllegalBlockSizeException e) {
      throw TokenProblem.of(
          CryptoErrorCode.TOKEN_ALTERED, policy, row, "is no token of this key and field");
    }
  }
}
