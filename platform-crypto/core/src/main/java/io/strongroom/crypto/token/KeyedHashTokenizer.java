package io.strongroom.crypto.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 (RFC 2104) over what separates fields and policies and the text behind it, cut and
 * written as text.
 */
final class KeyedHashTokenizer extends TextTokenizer {
  private static final String MAC = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private final KeyedHashPolicy policy;
  private final byte[] separation;
  private final IdleWorkers<Worker> idle;

  KeyedHashTokenizer(
      TokenReference reference, KeyedHashPolicy policy, byte[] key, byte[] separation) {
    super(reference, policy);
    this.policy = policy;
    this.separation = separation.clone();
    SecretKeySpec macKey = new SecretKeySpec(key, MAC);
    this.idle = new IdleWorkers<>(() -> new Worker(macKey, policy.bytes()));
  }

  @Override
  void tokenize(byte[] utf8, int from, int length, PackedColumn tokens) {
    Worker worker = idle.take();
    byte[] token;
    try {
      worker.mac.update(separation);
      worker.mac.update(utf8, from, length);
      worker.mac.doFinal(worker.full, 0);
      System.arraycopy(worker.full, 0, worker.cut, 0, worker.cut.length);
      token =
          policy.encoding() == KeyedHashPolicy.Encoding.HEX
              ? HexFormat.of().formatHex(worker.cut).getBytes(US_ASCII)
              : BASE64URL.encode(worker.cut);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC failed", e);
    } finally {
      idle.give(worker);
    }
    tokens.add(token, 0, token.length);
  }

  private static final class Worker {
    final Mac mac;
    final byte[] full = new byte[MAC_BYTES];
    final byte[] cut;

    Worker(SecretKeySpec key, int bytes) {
      try {
        mac = Mac.getInstance(MAC);
        mac.init(key);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
      }
      cut = new byte[bytes];
    }
  }
}
