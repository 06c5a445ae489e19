package io.strongroom.benchmarks.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.strongroom.base.JsonValue;
import io.strongroom.base.JsonValue.JsonObject;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.Hkdf;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.WrappedDataKey;
import io.strongroom.crypto.token.DetokenizationScope;
import io.strongroom.crypto.token.Ff1Policy;
import io.strongroom.crypto.token.PackedColumn;
import io.strongroom.crypto.token.TokenKey;
import io.strongroom.crypto.token.TokenPolicy;
import io.strongroom.crypto.token.Tokenizer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** The contenders of tokenization, all under one AES-256 key and without a tweak. */
final class TokenContenders {
  static final int DIGITS = 16;

  private static final int ROUNDS = 10;
  private static final int BLOCK = 16;
  private static final Ff1Policy POLICY =
      new Ff1Policy("pan", TokenPolicy.DIGITS, "", DIGITS, DIGITS, 1);

  private TokenContenders() {}

  /** New contenders under a new key. */
  static List<TokenContender> all() {
    RawAesKeyService keys =
        new RawAesKeyService("benchmark", "key", new byte[32], new SecureRandom());
    EncryptionContext context = EncryptionContext.strongroom().purpose("benchmark").build();
    byte[] record = TokenKey.create(keys, new KeyId("key"), context, POLICY);
    byte[] key = documentedKey(record, keys, context);
    return List.of(
        new Strongroom(TokenKey.open(record, keys, context, POLICY)),
        new BouncyCastle(key),
        new Limit(key));
  }

  /** The key of the tokens, by the derivation that the format's page states. */
  private static byte[] documentedKey(
      byte[] record, RawAesKeyService keys, EncryptionContext context) {
    JsonObject stored = JsonValue.parseObject(record);
    String identity =
        "{\"alphabet\":\"" + POLICY.alphabet() + "\",\"keyVersion\":1,\"policy\":\"pan\"}";
    try (DataKey dataKey = keys.unwrap(WrappedDataKey.fromJson(stored.object("key")), context)) {
      return Hkdf.sha512(
          dataKey.plaintext(),
          MessageDigest.getInstance("SHA-256").digest(identity.getBytes(UTF_8)),
          "strongroom/v1/token-ff1".getBytes(UTF_8),
          32);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private record Strongroom(Tokenizer tokenizer, DetokenizationScope scope)
      implements TokenContender {
    Strongroom(Tokenizer tokenizer) {
      this(tokenizer, DetokenizationScope.allowing(POLICY.name()));
    }

    @Override
    public String name() {
      return "strongroom";
    }

    @Override
    public boolean tokenizes() {
      return true;
    }

    @Override
    public String tokenize(String number) {
      return tokenizer.tokenize(number);
    }

    @Override
    public String detokenize(String token) {
      return tokenizer.detokenize(token, scope);
    }

    @Override
    public void tokenize(PackedColumn numbers, PackedColumn tokens) {
      tokenizer.tokenize(numbers, tokens);
    }
  }

  /** BouncyCastle's engine, which knows single messages of digits only. */
  private static final class BouncyCastle implements TokenContender {
    private final FPEFF1Engine encrypting = new FPEFF1Engine();
    private final FPEFF1Engine decrypting = new FPEFF1Engine();
    private final byte[] digits = new byte[DIGITS];
    private final byte[] result = new byte[DIGITS];

    BouncyCastle(byte[] key) {
      FPEParameters parameters = new FPEParameters(new KeyParameter(key), 10, new byte[0]);
      encrypting.init(true, parameters);
      decrypting.init(false, parameters);
    }

    @Override
    public String name() {
      return "bouncycastle";
    }

    @Override
    public boolean tokenizes() {
      return true;
    }

    @Override
    public String tokenize(String number) {
      return replaced(encrypting, number);
    }

    @Override
    public String detokenize(String token) {
      return replaced(decrypting, token);
    }

    private String replaced(FPEFF1Engine engine, String text) {
      for (int i = 0; i < DIGITS; i++) {
        digits[i] = (byte) (text.charAt(i) - '0');
      }
      engine.processBlock(digits, 0, DIGITS, result, 0);
      for (int i = 0; i < DIGITS; i++) {
        result[i] = (byte) (result[i] + '0');
      }
      return new String(result, ISO_8859_1);
    }

    @Override
    public void tokenize(PackedColumn numbers, PackedColumn tokens) {
      tokens.clear();
      for (int row = 0; row < numbers.size(); row++) {
        int start = numbers.start(row);
        for (int i = 0; i < DIGITS; i++) {
          digits[i] = (byte) (numbers.bytes()[start + i] - '0');
        }
        encrypting.processBlock(digits, 0, DIGITS, result, 0);
        for (int i = 0; i < DIGITS; i++) {
          result[i] = (byte) (result[i] + '0');
        }
        tokens.add(result, 0, DIGITS);
      }
    }
  }

  /** The ten applications of the JDK's AES to each number, and nothing else. */
  private static final class Limit implements TokenContender {
    private static final int SIDE_BY_SIDE = 256;

    private final Cipher aes;
    private final byte[] in = new byte[SIDE_BY_SIDE * BLOCK];
    private final byte[] out = new byte[SIDE_BY_SIDE * BLOCK];

    // FF1 is defined over the bare block cipher.
    @SuppressWarnings("InsecureCipherMode")
    Limit(byte[] key) {
      try {
        aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java has no AES", e);
      }
    }

    @Override
    public String name() {
      return "limit";
    }

    @Override
    public boolean tokenizes() {
      return false;
    }

    @Override
    public String tokenize(String number) {
      rounds(BLOCK);
      return number;
    }

    @Override
    public String detokenize(String token) {
      rounds(BLOCK);
      return token;
    }

    @Override
    public void tokenize(PackedColumn numbers, PackedColumn tokens) {
      for (int row = 0; row < numbers.size(); row += SIDE_BY_SIDE) {
        rounds(Math.min(SIDE_BY_SIDE, numbers.size() - row) * BLOCK);
      }
    }

    /** Every round needs the result of the one before. */
    private void rounds(int length) {
      try {
        for (int round = 0; round < ROUNDS; round += 2) {
          aes.update(in, 0, length, out, 0);
          aes.update(out, 0, length, in, 0);
        }
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("AES failed on whole blocks", e);
      }
    }
  }
}
