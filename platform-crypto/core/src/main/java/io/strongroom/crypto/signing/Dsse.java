package io.strongroom.crypto.signing;

import java.nio.charset.StandardCharsets;

/** The pre-authentication encoding of DSSE version 1.0: what is signed, with its type. */
public final class Dsse {
  private Dsse() {}

  /**
   * {@code "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload}, lengths in decimal bytes.
   *
   * @param payloadType the media type of the payload
   * @param payload the payload
   * @return the bytes to sign
   */
  public static byte[] pae(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    byte[] start = ("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] middle = (" " + payload.length + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] pae = new byte[start.length + type.length + middle.length + payload.length];
    int at = 0;
    for (byte[] part : new byte[][] {start, type, middle, payload}) {
      System.arraycopy(part, 0, pae, at, part.length);
      at += part.length;
    }
    return pae;
  }
}
