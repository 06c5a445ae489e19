package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The JDK's decoder, which reports what is no text, is the oracle. */
@Tag("verify")
class Utf8Test {
  private static final String[] PARTS = {
    "a",
    "REF 0042 ",
    "ABCDEFGH",
    "\u00e9",
    "\u0080",
    "\u07ff",
    "\u20ac",
    "\ud7ff",
    "\ufffd",
    "\ud83d\ude00",
    "\udbff\udfff"
  };

  private static boolean decodes(byte[] bytes, int offset, int length) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, offset, length));
      return true;
    } catch (CharacterCodingException refused) {
      return false;
    }
  }

  @Test
  void whatIsCopiedIsJudgedAsByTheJdkWhereverItStands() {
    SplittableRandom random = new SplittableRandom(5);
    int good = 0;
    int bad = 0;
    for (int round = 0; round < 60_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(6); part > 0; part--) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      if (utf8.length > 0 && random.nextInt(3) == 0) {
        utf8[random.nextInt(utf8.length)] = (byte) random.nextInt(256);
      }
      int before = random.nextInt(9);
      int behind = random.nextInt(10);
      byte[] from = new byte[before + utf8.length + behind];
      Arrays.fill(from, (byte) 0xff);
      System.arraycopy(utf8, 0, from, before, utf8.length);
      int at = random.nextInt(9);
      byte[] into = new byte[at + utf8.length + Long.BYTES];
      Arrays.fill(into, (byte) 0xc3);
      boolean expected = decodes(from, before, utf8.length);
      boolean judged = Utf8.copy(from, before, utf8.length, into, at);
      if (judged != expected) {
        throw new AssertionError(Arrays.toString(utf8) + " is text for the JDK: " + expected);
      }
      if (!Arrays.equals(utf8, 0, utf8.length, into, at, at + utf8.length)) {
        throw new AssertionError(Arrays.toString(utf8) + " is copied wrongly");
      }
      for (int index = 0; index < at; index++) {
        assertThat(into[index]).isEqualTo((byte) 0xc3);
      }
      good += expected ? 1 : 0;
      bad += expected ? 0 : 1;
    }
    assertThat(good).isGreaterThan(20_000);
    assertThat(bad).isGreaterThan(5_000);
  }
}
