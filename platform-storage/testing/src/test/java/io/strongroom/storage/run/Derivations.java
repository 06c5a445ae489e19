package io.strongroom.storage.run;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Derivations as FORMAT.md says, from the JDK's Mac alone, for comparison with those of runs. */
final class Derivations {
  private Derivations() {}

  /** RFC 5869 with SHA-512, for the 32 bytes that its first block gives. */
  static byte[] hkdf(byte[] secret, String salt, String info) throws Exception {
    byte[] extracted = hmac("HmacSHA512", salt.getBytes(StandardCharsets.UTF_8), secret);
    byte[] block = (info + "\u0001").getBytes(StandardCharsets.UTF_8);
    return Arrays.copyOf(hmac("HmacSHA512", extracted, block), 32);
  }

  static byte[] hmac(String name, byte[] key, byte[] content) throws Exception {
    Mac mac = Mac.getInstance(name);
    mac.init(new SecretKeySpec(key, name));
    return mac.doFinal(content);
  }
}
